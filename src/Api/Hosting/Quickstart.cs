<<<<<<< HEAD
using System.Net;
using System.Security.Cryptography;
using System.Text;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Hosting;

/// <summary>A working repository in one command: makes what is missing, starts the server, and says how to use it.</summary>
internal static class Quickstart
{
    private const string Repository = "local";

    /// <summary>As <see cref="ServerHost.RunAsync"/>.</summary>
    public static async Task<int> RunAsync(QuickstartOptions options, CancellationToken cancellationToken)
    {
        var root = new ServerRoot(options.Root);
        try
        {
            root.Create();
            if (root.ReadKept() is null)
            {
                root.Keep(new(Configuration(NewSecret(), NewSecret()), AdminSecret: null));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"pywharf: {exception.Message}");

            return 1;
        }

        var server = new ServerOptions { Root = options.Root, Host = options.Host, Port = options.Port, Debug = options.Debug };

        return await ServerHost.RunAsync(server, cancellationToken, address => Console.Out.WriteLine(Instructions(options, address)));
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Configuration(string readSecret, string writeSecret) => $"""
        # Made by "pywharf quickstart". Change what you like: the server reads this file when it starts.
        [{Repository}]
        type = "file_system"
        read_secret = "{readSecret}"
        write_secret = "{writeSecret}"

        """;
=======
namespace PyWharf.Api.Hosting;

internal static class Quickstart
{
    public static Task<int> RunAsync(QuickstartOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
>>>>>>> cli
}
