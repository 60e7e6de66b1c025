namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>A command for GitHub can't go on. The message is for the person at the command line: why, and what to do.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
