using System.Collections;
using PyWharf.Api.Cli;

namespace PyWharf.Integration.Support;

/// <summary>Command lines of documents and deployments, parsed as the program does, without running them.</summary>
internal static class CommandLines
{
    /// <summary>The options of a command line without quotes.</summary>
    public static Task<object> ParseAsync(string line) => ParseAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The options of <c>pywharf</c> with these arguments; fails the test where they are wrong.</summary>
    public static async Task<object> ParseAsync(IReadOnlyList<string> arguments)
    {
        object? options = null;
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();

        var exitCode = await CommandLine.RunAsync(
            [new ServerCommand(_ => null, Note), new DoctorCommand(_ => "a password", Note)], arguments, new Hashtable(), stdout, stderr, CancellationToken.None);

        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}\n{stderr}");
        return Assert.IsAssignableFrom<object>(options);

        Task<int> Note(object read, CancellationToken cancellationToken)
        {
            options = read;

            return Task.FromResult(0);
        }
    }
}
