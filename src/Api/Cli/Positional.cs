using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary>
/// An argument given by position or by name: <c>server ROOT</c> is <c>server --root=ROOT</c>. An option for System.CommandLine, so that both forms set
/// the same value; <see cref="FlagSyntax"/> assigns positions in the order of declaration.
/// </summary>
internal sealed class Positional : Option<string>
{
    public Positional(string name, FlagParser<string> parse, string expected, string description)
        : base("--" + name)
    {
        HelpName = name.ToUpperInvariant();
        Description = description;
        Flag.ReadBy(this, parse, expected);
    }
}
