using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Integration.Backends;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>The parts of a process that publish files to GitHub.</summary>
internal sealed class PublishingProcess : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WriteQueue _queue;
    private readonly ReleasePublisher _publisher;
    private readonly DraftCleanup _repair;
    private readonly Secret _token;

    public PublishingProcess(FakeGitHub github, FakeRepository repository, FakeToken token, TimeProvider time)
    {
        var api = GitHubApi.Create(github.ApiUrl, repository.Owner.Login, repository.Name, time, NullLogger.Instance);
        _queue = new WriteQueue(time);
        _publisher = new ReleasePublisher(api, _queue, time, NullLogger.Instance);
        _repair = new DraftCleanup(api, time, NullLogger.Instance);
        _token = new Secret(token.Value);
    }

    /// <summary>The attestations of each file; null for none.</summary>
    public byte[]? Attestations { get; set; }

    /// <summary>Publishes a file with the fields that every upload has, and more.</summary>
    public async Task<Outcome<PublishedRelease>> PublishAsync(
        string name, byte[] content, CancellationToken cancellationToken = default, params KeyValuePair<string, string>[] more)
    {
        var filename = DistributionFilename.TryParse(name, out var parsed) ? parsed : throw new ArgumentException(name, nameof(name));
        await using var staged = new Staged(_folder.At(Guid.NewGuid().ToString()), content);
        await using var attestations = Attestations is null ? null : new Staged(_folder.At(Guid.NewGuid().ToString()), Attestations);
        KeyValuePair<string, string>[] meta =
        [
            new(":action", "file_upload"),
            .. more,
            new("distrib", filename.Project.ToString()),
            new("sha256", staged.Sha256.ToString()),
        ];

        return await _publisher.PublishAsync(_token, filename, staged, attestations, meta, BeforeCommit.Nothing, cancellationToken);
    }

    public Task RepairAsync() => _repair.RepairAsync(_token, default);

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
    }

    private sealed class Staged : StagedFile
    {
        public Staged(string path, byte[] content)
        {
            File.WriteAllBytes(path, content);
            Path = path;
            Length = content.Length;
            Sha256 = Sha256Digest.FromBytes(SHA256.HashData(content));
        }

        public override string Path { get; }

        public override long Length { get; }

        public override Sha256Digest Sha256 { get; }

        public override Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask DisposeAsync()
        {
            File.Delete(Path);
            return ValueTask.CompletedTask;
        }
    }
}
