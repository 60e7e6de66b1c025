using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary>The command line is wrong: exit code 2. The message names flags, never their values, for those may be secrets.</summary>
internal sealed class UsageException(string message, Command? command = null) : Exception(message)
{
    /// <summary>Whose help says how it is done; null for the program's.</summary>
    public Command? Command { get; } = command;
}
