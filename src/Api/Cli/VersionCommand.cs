using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf version</c>, the same as <c>pywharf --version</c>.</summary>
internal sealed class VersionCommand : Command
{
    public const string CommandName = "version";

    private const string Help = """
        print the version of this program

        Examples:
          pywharf version
        """;

    /// <param name="version">Version of the program.</param>
    public VersionCommand(string version)
        : base(CommandName, Help) =>
        SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine($"pywharf {version}"));
}
