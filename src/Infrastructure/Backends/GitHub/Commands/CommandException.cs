namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>A command for GitHub failed. The message tells the user why, and what to do.</summary>
internal sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
