using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Scale;

/// <summary>Servers with nothing in common but a database and an object store: each has a root folder of its own.</summary>
internal sealed class ReplicaSet : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<PyWharfProcess> _servers = [];
    private readonly Uri _store;
    private readonly string _download;
    private readonly string _prefix = $"scale-{Guid.NewGuid():N}";

    private ReplicaSet(Uri store, string database, string download) => (_store, Database, _download) = (store, database, download);

    /// <summary>The URL of the database.</summary>
    public string Database { get; }

    /// <summary>The servers, dead ones among them.</summary>
    public IReadOnlyList<PyWharfProcess> Servers => _servers;

    /// <summary>The names of all objects, without the prefix.</summary>
    public async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        using var client = (await Ceph.OfThisRunAsync()).Client();
        var objects = new List<string>();
        await foreach (var found in client.Paginators.ListObjectsV2(new() { BucketName = Ceph.Bucket, Prefix = _prefix + "/" }).S3Objects)
        {
            objects.Add(found.Key[(_prefix.Length + 1)..]);
        }

        return objects;
    }

    /// <summary>Starts servers on the real engines.</summary>
    /// <param name="count">How many.</param>
    /// <param name="database">The URL of the database; null for a new one of the shared engine.</param>
    /// <param name="store">Where the object store is; null for the shared one, without anything between.</param>
    /// <param name="download">Whether clients are redirected to the store.</param>
    /// <param name="flags">More flags.</param>
    public static async Task<ReplicaSet> StartAsync(int count, string? database = null, Uri? store = null, string download = "redirect", params string[] flags)
    {
        var set = new ReplicaSet(
            store ?? (await Ceph.OfThisRunAsync()).Url, database ?? await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync(), download);
        try
        {
            for (var i = 0; i < count; i++)
            {
                await set.AddAsync(flags);
            }

            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Starts another server.</summary>
    public async Task<PyWharfProcess> AddAsync(params string[] flags)
    {
        var root = _folder.At($"root{_servers.Count}");
        Directory.CreateDirectory(root);
        var config = Path.Combine(root, "given.toml");
        await File.WriteAllTextAsync(config, $"""
            [{ServerFixture.Repository}]
            type = "s3"
            bucket = "{Ceph.Bucket}"
            prefix = "{_prefix}"
            endpoint_url = "{_store}"
            region = "us-east-1"
            force_path_style = true
            download = "{_download}"
            access_key_env = "STORE_KEY"
            secret_key_env = "STORE_SECRET"
            read_secret = "{ServerFixture.ReadSecret}"
            write_secret = "{ServerFixture.WriteSecret}"
            """);
        var own = flags.Any(flag => flag.StartsWith("--database=", StringComparison.Ordinal)) ? [] : new[] { $"--database={Database}" };
        var server = await PyWharfProcess.StartAsync(
            ["server", root, "--host=127.0.0.1", "--port=0", "--extra_index_url=", "--login_failures=0", "--access_log=False", $"--config={config}", .. own, .. flags],
            [("STORE_KEY", Ceph.AccessKey), ("STORE_SECRET", Ceph.SecretKey)]);
        _servers.Add(server);

        return server;
    }

    /// <summary>A client of a server that may write.</summary>
    public HttpClient Writer(int server) => _servers[server].Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    /// <summary>A client of a server that may read.</summary>
    public HttpClient Reader(int server) => _servers[server].Client(ServerFixture.Repository, ServerFixture.ReadSecret);

    /// <inheritdoc/>
    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _folder.Dispose();
    }
}
