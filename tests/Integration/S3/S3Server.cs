using Amazon.S3;
using Amazon.S3.Model;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.S3;

/// <summary>The base of tests of a server whose packages are in Ceph, under a prefix of the test's own.</summary>
public abstract class S3Server : IAsyncLifetime, IDisposable
{
    internal const string Write = "write-this";
    internal const string Read = "read-this";

    private readonly TempFolder _root = new();

    internal Ceph Ceph { get; private set; } = null!; // by InitializeAsync

    internal AmazonS3Client Client { get; private set; } = null!; // by InitializeAsync

    internal string Prefix { get; } = $"test-{Guid.NewGuid():N}";

    internal string Root => _root.Path;

    public async Task InitializeAsync()
    {
        if (Requirement.Unmet(Needs.Ceph) is null)
        {
            Ceph = await Ceph.OfThisRunAsync();
            Client = Ceph.Client();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public virtual void Dispose()
    {
        Client?.Dispose();
        _root.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The table of the repository.</summary>
    internal string Config(Uri? endpoint = null, string more = "", string bucket = Ceph.Bucket, int interval = 60) => $"""
        [team]
        type = "s3"
        bucket = "{bucket}"
        prefix = "{Prefix}"
        endpoint_url = "{(endpoint ?? Ceph.Url).AbsoluteUri}"
        access_key_env = "TEST_ACCESS_KEY"
        secret_key_env = "TEST_SECRET_KEY"
        force_path_style = true
        read_secret = "{Read}"
        write_secret = "{Write}"
        sync_index_interval = {interval}
        {more}

        """;

    /// <summary>Starts a server, in a root folder of its own if that has a name.</summary>
    internal Task<PyWharfProcess> StartAsync(string config, string root = "a", string secretKey = Ceph.SecretKey)
    {
        var folder = Path.Combine(Root, root);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "config.toml");
        File.WriteAllText(file, config);

        return PyWharfProcess.StartAsync(
            ["server", folder, "--host=127.0.0.1", "--port=0", "--extra_index_url=", "--login_failures=0", "--access_log=False", $"--config={file}"], Environment(secretKey));
    }

    internal static IEnumerable<(string Name, string Value)> Environment(string secretKey = Ceph.SecretKey) =>
        [("TEST_ACCESS_KEY", Ceph.AccessKey), ("TEST_SECRET_KEY", secretKey)];

    /// <summary>The keys below the prefix.</summary>
    internal async Task<List<string>> KeysAsync() =>
        [.. ((await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Ceph.Bucket, Prefix = Prefix })).S3Objects ?? []).Select(found => found.Key[(Prefix.Length + 1)..])];

    internal Task PutAsync(string key, byte[] content) =>
        Client.PutObjectAsync(new PutObjectRequest { BucketName = Ceph.Bucket, Key = $"{Prefix}/{key}", InputStream = new MemoryStream(content) });
}
