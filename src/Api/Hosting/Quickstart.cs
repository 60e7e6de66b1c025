using System.Net;
using System.Security.Cryptography;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Hosting;

/// <summary>A working repository in one command: makes what is missing, starts the server, and says how to use it.</summary>
internal static class Quickstart
{
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

        return await ServerHost.RunAsync(server, address => Console.Out.WriteLine(Instructions(root, address)), cancellationToken);
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Configuration(string readSecret, string writeSecret) => $"""
        # Made by "pywharf quickstart". Change what you like: the server reads this file when it starts.
        [local]
        type = "file_system"
        read_secret = "{readSecret}"
        write_secret = "{writeSecret}"

        """;

    private static string Instructions(ServerRoot root, Uri address)
    {
        // The configuration may have been changed by hand since it was made.
        var (repository, readSecret, writeSecret) = root.ReadKeptSecrets();
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? Dns.GetHostName()
            : address.Host;
        var trust = IPAddress.TryParse(host.Trim('[', ']'), out var listens) && IPAddress.IsLoopback(listens) ? "" : $" --trusted-host {host}";

        return $"""

            Upload what is in dist/:

                twine upload --repository-url http://{host}:{address.Port}/simple/ -u {repository} -p {writeSecret} dist/*

            Install it:

                pip install --index-url http://{repository}:{readSecret}@{host}:{address.Port}/simple/{trust} $(ls dist | sed 's/-[0-9].*//' | sort -u)

            Or look at it: http://{host}:{address.Port}/login/ with the repository {repository} and the secret {readSecret}
            Everything is in {root.Path}; Ctrl-C stops the server, and the same command starts it again.
            """;
    }
}
