using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;

namespace PyWharf.Integration.Support.Engines;

/// <summary>Ceph's object gateway, a real S3 storage. One for all tests of a run, which share a bucket and have each a prefix of its own.</summary>
internal sealed class Ceph
{
    /// <summary>The bucket.</summary>
    public const string Bucket = "packages";

    public const string AccessKey = "tests";

    public const string SecretKey = "ceph-secret-of-tests";

    private static readonly Lazy<Task<Ceph>> Started = new(StartAsync);

    // It ends when its standard input does, which is when this process ends, in whatever way.
    private static Process? _process;

    private Ceph(int port) => Url = new Uri($"http://127.0.0.1:{port}");

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The one of this run.</summary>
    public static Task<Ceph> OfThisRunAsync() => Started.Value;

    /// <summary>A client of the storage, beside the tested one.</summary>
    public AmazonS3Client Client() => new(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config
        {
            ServiceURL = Url.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    private static async Task<Ceph> StartAsync()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"pywharf-ceph-{Guid.NewGuid():N}");
        var port = ProxyProcess.FreePort();
        _process = Process.Start(ChildProcess.Describe(
            "/bin/bash",
            [
                RepositoryRoot.At("tests", "Integration", "Support", "Engines", "ceph.sh"),
                folder, $"{port}", $"{ProxyProcess.FreePort()}", $"{ProxyProcess.FreePort()}", AccessKey, SecretKey,
            ],
            [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")])) ?? throw new InvalidOperationException("bash did not start.");
        var said = await _process.StandardOutput.ReadLineAsync().WaitAsync(ChildProcess.HangGuard);
        if (said != "ready")
        {
            throw new InvalidOperationException($"Ceph did not start: {await _process.StandardError.ReadToEndAsync()}");
        }

        var ceph = new Ceph(port);
        using var client = ceph.Client();
        await client.PutBucketAsync(Bucket);

        return ceph;
    }
}
