using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Integration.Crash;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>kill -9 between the line of an upload and its publication.</summary>
public sealed class InterruptedUploadTests : IDisposable
{
    private const int Clients = 8;

    private static readonly int Rounds = Requirement.IsSoak ? 50 : 3;

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task No_publication_is_without_its_line_and_a_line_without_publication_says_so_after_the_next_start()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using (var server = await StartAsync())
            {
                var killAfter = Random.Shared.Next(1, 60);
                var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var uploaders = new Uploaders([.. Enumerable.Range(0, Clients).Select(_ => Writer(server))], $"round{round}");
                var uploading = uploaders.RunAsync(int.MaxValue, count => { if (count == killAfter) { killed.SetResult(); } });
                Assert.Same(killed.Task, await Task.WhenAny(killed.Task, uploading));
                await server.Kill9Async();
                await uploading;
            }

            var published = Stored();
            Assert.Subset(Publications("ok"), published);

            using var next = await StartAsync();
            await Eventually.HoldsAsync(() => Task.FromResult(Publications("ok").Except(published).ToHashSet().SetEquals(Publications("unknown"))));
            Assert.Equal(published, Stored());
            await next.Kill9Async();
        }

        using var log = await AuditSnapshot.TakeAsync(new AuditFiles(_root.At("log")), TimeProvider.System, default);
        Assert.Empty(AuditCheck.Run(log, default).Faults);
    }

    [Fact]
    public async Task Only_what_was_interrupted_since_the_last_orderly_stop_is_unknown_and_only_once()
    {
        using (var server = await StartAsync())
        {
            await AppendAsync("demo-0.1.tar.gz", AuditOutcome.Ok);
            Assert.Equal(0, await server.TerminateAsync());
        }

        using (var server = await StartAsync())
        {
            using var writer = Writer(server);
            await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"));
            (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/2.0")).With(200);
            await AppendAsync("demo-3.0.tar.gz", AuditOutcome.Ok);
            await AppendAsync("demo-3.0.tar.gz", AuditOutcome.Failed);
            await AppendAsync("demo-4.0.tar.gz", AuditOutcome.Ok);
            await server.Kill9Async();
        }

        for (var start = 0; start < 2; start++)
        {
            using var server = await StartAsync();
            await Eventually.HoldsAsync(() => Task.FromResult(Publications("unknown").Count == 1));
            using var writer = Writer(server);
            await writer.PublishAsync(Wheels.Build("later", $"1.{start}"));
            await server.Kill9Async();
        }

        var unknown = Assert.Single(WrittenEvents.Of(_root.Path, "publish"), line => line.Text("outcome") == "unknown");
        Assert.Equal(("local", "demo", "demo-4.0.tar.gz", new string('a', 64)), (unknown.Text("repository"), unknown.Text("project"), unknown.Text("file"), unknown.Text("sha256")));
    }

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

    private static HttpClient Writer(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    private HashSet<(string?, string?)> Publications(string outcome) =>
        [.. WrittenEvents.Of(_root.Path, "publish").Where(line => line.Text("outcome") == outcome).Select(line => (line.Text("file"), line.Text("sha256")))];

    /// <summary>The files in the storage with their digests.</summary>
    private HashSet<(string?, string?)> Stored() =>
    [
        .. from path in Directory.GetFiles(Path.Combine(_root.Path, "cache", "local", "storage"), "*.whl", SearchOption.AllDirectories)
           select (Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))),
    ];

    /// <summary>Adds a line as a server that is killed after it.</summary>
    private async Task AppendAsync(string file, AuditOutcome outcome)
    {
        using var log = new AuditLog(new AuditFiles(_root.At("log")), AuditFiles.DefaultMaxBytes, TimeProvider.System, NullLogger<AuditLog>.Instance);
        Assert.Null(await log.AppendAsync(new AuditEvent(AuditEventKind.Publish, outcome)
        {
            Repository = RepositoryName.TryParse("local", out var repository, out _) ? repository : null,
            Project = ProjectName.TryParse("demo", out var project) ? project : null,
            File = file,
            Sha256 = Sha256Digest.TryParse(new string('a', 64), out var digest) ? digest : null,
        }));
    }
}
