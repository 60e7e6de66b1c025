using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf token new|list|revoke</c>: the tokens of a repository, beside a running server or without one.</summary>
internal sealed class TokenCommands : Command
{
    /// <summary>The group of the three commands.</summary>
    public TokenCommands(Func<string, string?> variable, Func<TokenOptions, CancellationToken, Task<int>> run)
        : base("token", """
            make, list and revoke access tokens

            A token opens one repository, for one person or one job: with a permission of its own, for some projects, until a
            date, from some networks. It is used in place of the repository's secret, with any user name.
            """)
    {
        Add(new TokenNewCommand(variable, run));
        Add(new TokenListCommand(variable, run));
        Add(new TokenRevokeCommand(variable, run));
    }

    /// <summary>The flag for the server's folder.</summary>
    public static Option<string> Root() => Flag.Of<string>("--root", "FOLDER", ".", FlagParsers.Folder, "a path", """
        The server's folder.
        Default: the current directory.
        """);

    /// <summary>The argument that names a repository.</summary>
    public static Positional Repository(string description) => new("repository", FlagParsers.Text, "the name of a repository", description);

    /// <summary>The argument that names a token.</summary>
    public static Positional TokenName(string description) => new("name", FlagParsers.Text, "the name of a token", description) { Required = true };
}
