using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Api.Hosting;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command quickstart: creates a configuration if there is none, starts the server, and prints how to use it.</summary>
internal static class QuickstartRun
{
    /// <summary>As <see cref="ServerHost.RunAsync"/>.</summary>
    public static async Task<int> RunAsync(QuickstartOptions options, CancellationToken cancellationToken)
    {
        ConfigurationDocuments documents;
        try
        {
            documents = await new FileConfigurationStore(new ServerRoot(options.Root), TimeProvider.System).ReadAsync(cancellationToken)
                ?? new ConfigurationDocuments(Configuration(NewSecret(), NewSecret()), AdminSecret: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"pywharf: {exception.Message}");

            return 1;
        }

        var server = new ServerOptions { Root = options.Root, Host = options.Host, Port = options.Port, Debug = options.Debug, IfUnconfigured = documents };

        return await ServerHost.RunAsync(server, address => Console.Out.WriteLine(Instructions(options.Root, documents, address)), reloads: null, cancellationToken);
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static string Configuration(string readSecret, string writeSecret) => $"""
        # Made by "pywharf quickstart". Change what you like: the server reads this file when it starts.
        [local]
        type = "file_system"
        read_secret = "{readSecret}"
        write_secret = "{writeSecret}"
        # Your own names: pypi.org is never asked for them, published here or not.
        # reserve = ["acme", "acme-*"]

        """;

    private static string Instructions(string root, ConfigurationDocuments documents, Uri address)
    {
        var listens = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
        var host = listens.Equals(IPAddress.Any) || listens.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.Host;
        var server = $"{host}:{address.Port}";

        // The user may have changed the configuration.
        if (Repository(documents) is not { } repository)
        {
            return $"{root} is configured for no {FileSystemBackendType.TypeName} repository: see its config.toml for how to use it.";
        }

        var (name, readSecret, writeSecret) = (
            repository.Name,
            repository.SecretText(RepositorySecrets.ReadKey) ?? "READ_SECRET",
            repository.SecretText(RepositorySecrets.WriteKey) ?? "WRITE_SECRET");

        return $"""

            Upload what is in dist/:

                twine upload --repository-url http://{server}/simple/ -u {name} -p {Quoted(writeSecret)} dist/*

            Install it:

                pip install --index-url http://{name}:{Uri.EscapeDataString(readSecret)}@{server}/simple/{Trust(host, listens)} $(ls dist | sed 's/-[0-9].*//' | sort -u)

            Or look at it: http://{server}/login/ with the repository {name} and the secret {readSecret}
            Everything is in {root}; Ctrl-C stops the server, and the same command starts it again.
            """;
    }

    private static RepositoryConfig? Repository(ConfigurationDocuments documents)
    {
        var types = new BackendCatalog(new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), new AuthenticationLifetimes(default, default), TimeProvider.System, NullLoggerFactory.Instance);

        return ConfigFile.TryRead(documents.Config, documents.ConfigName, types.Keys, out var configs, out _)
            ? configs.FirstOrDefault(config => config.Type == FileSystemBackendType.TypeName)
            : null;
    }

    /// <summary>pip accepts plain HTTP from the loopback interface only, unless the host is trusted.</summary>
    private static string Trust(string host, IPAddress listens) => IPAddress.IsLoopback(listens) ? "" : $" --trusted-host {host}";

    /// <summary>Quotes a text as one word of a POSIX shell.</summary>
    private static string Quoted(string text) =>
        text.All(char.IsAsciiLetterOrDigit) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
