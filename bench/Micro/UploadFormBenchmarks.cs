using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using PyWharf.Api.Bodies;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>The form of an upload, without what the disk does with its file.</summary>
[MemoryDiagnoser]
public class UploadFormBenchmarks
{
    private const string Boundary = "8dc5a3f1c6f74fd2a1d8cf5d2c3b7e90";

    private byte[] _body = [];

    /// <summary>The size of the file in KiB.</summary>
    [Params(4, 4096)]
    public int Kibibytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var fields = new Dictionary<string, string>
        {
            [":action"] = "file_upload",
            ["protocol_version"] = "1",
            ["metadata_version"] = "2.1",
            ["name"] = "demo",
            ["version"] = "1.0",
            ["filetype"] = "bdist_wheel",
            ["pyversion"] = "py3",
            ["requires_python"] = ">=3.8",
            ["summary"] = "Made for a measurement",
            ["description"] = string.Concat(Enumerable.Repeat("A line of a description.\n", 100)),
            ["sha256_digest"] = new string('0', 64),
        };
        var body = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            body.Write(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }

        body.Write(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"demo-1.0-py3-none-any.whl\"\r\n\r\n"));
        var content = new byte[Kibibytes * 1024];
        new Random(1).NextBytes(content);
        body.Write(content);
        body.Write(Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n"));
        _body = body.ToArray();
    }

    [Benchmark]
    public async Task<int> Multipart()
    {
        var http = new DefaultHttpContext { Request = { ContentType = $"multipart/form-data; boundary={Boundary}", Body = new MemoryStream(_body) } };
        var form = await new LegacyUploadForm(new NoStaging(), long.MaxValue).ReadAsync(http.Request, CancellationToken.None);

        return form.Value.Fields.Count;
    }

    /// <summary>Reads what it is given, and keeps nothing.</summary>
    private sealed class NoStaging : IStaging
    {
        private static readonly byte[] Buffer = new byte[128 * 1024];

        public async Task<Outcome<StagedFile>> StageAsync(Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, CancellationToken cancellationToken)
        {
            while (await source.ReadAsync(Buffer, cancellationToken) > 0)
            {
            }

            return new NoFile();
        }
    }

    private sealed class NoFile : StagedFile
    {
        public override string Path => "";

        public override long Length => 0;

        public override Sha256Digest Sha256 => default;

        public override Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken) => Task.FromResult("");

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
