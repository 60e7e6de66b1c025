using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary>
/// An argument told by its place or by its name: <c>server ROOT</c> is <c>server --root=ROOT</c>. To System.CommandLine it is an
/// option, so that it has one value however it was given; <see cref="FlagSyntax"/> fills the places in the order of declaration.
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
