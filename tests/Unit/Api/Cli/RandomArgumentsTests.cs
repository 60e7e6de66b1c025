using FsCheck;
using FsCheck.Fluent;

namespace PyWharf.Unit.Api.Cli;

public sealed class RandomArgumentsTests
{
    private static readonly string[] Words =
    [
        "server", "update_index", "quickstart", "help", "--help", "--version", "data", "--", "-", "---", "-1", "--=", "=", "",
        "--root", "--root=a", "--type=a", "--name", "--port", "--port=80", "--port=x", "80", "--debug", "--debug=False", "true",
        "--config", "--config=", "--secret=s", "--secret_env=TOKEN", "--secret_env", "--owner=x", "--free", "--ipv6", "--threads",
        "--trusted_proxy=*", "--trusted_proxy_headers=forwarded", "--extra-index-url=", "--url_prefix=/a", "@x", "[x]", "-x", "\0", "\n",
    ];

    [Fact]
    public void Any_arguments_end_with_0_or_1_or_2_and_a_clean_stderr()
    {
        var word = Gen.OneOf(
            Gen.Elements(Words),
            Gen.Elements(Words),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
            ArbMap.Default.GeneratorFor<string>().Select(text => "--config=" + text));
        var command = Gen.Elements("server", "update_index", "quickstart", "");
        var arguments = command.SelectMany(
            name => word.ListOf(), (name, words) => name.Length == 0 ? words.ToArray() : [name, .. words]);

        Prop.ForAll(arguments.ToArbitrary(), EndsCleanly).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static bool EndsCleanly(string[] args)
    {
        var invocation = Invocation.Of(args).GetAwaiter().GetResult();
        var ran = invocation.Options is not null;

        return invocation.ExitCode switch
        {
            0 => ran ^ (invocation.Stdout.Length > 0),
            2 => !ran && invocation.Stdout.Length == 0
                && (args.Length == 0 || (invocation.Stderr.StartsWith("pywharf: ", StringComparison.Ordinal)
                    && invocation.Stderr.Count(c => c == '\n') == 2)),
            _ => false,
        };
    }
}
