using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary>Wrong usage of the command line: exit code 2. Messages name flags, never their values, which may be secrets.</summary>
internal sealed class UsageException(string message, Command? command = null) : Exception(message)
{
    /// <summary>The command whose help applies; null for that of the program.</summary>
    public Command? Command { get; } = command;
}
