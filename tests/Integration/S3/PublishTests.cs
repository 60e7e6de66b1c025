using System.Text;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Backends;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.S3;

/// <summary>Publishing into a bucket: faults between server and storage, several servers without a common lock, and what a killed one leaves.</summary>
public sealed class PublishTests : S3Backends
{
    private static readonly Distribution Wheel = Wheels.Build("demo", "1.0");

    private static readonly string[] WheelKeys = [$"demo/{Wheel.Filename}", $"demo/{Wheel.Filename}.meta"];

    [FactWhen(Needs.Ceph)]
    public async Task Where_the_answer_is_lost_the_storage_is_asked_what_became_of_the_upload()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);
        storage.Fault = http => IsPackage(http) ? storage.LoseAnswerAsync(http) : Forward;

        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheel)).Value);

        Assert.Equal(WheelKeys, await KeysAsync());
        Assert.Equal(Wheel.Sha256, Assert.Single(await FilesAsync(backend)).Sha256.ToString());
    }

    [FactWhen(Needs.Ceph)]
    public async Task A_storage_that_asks_to_slow_down_is_asked_again_and_then_given_up_without_a_trace()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);
        var refusals = 0;
        storage.Fault = http => IsPackage(http) && refusals++ < 2 ? FaultyS3.AnswerAsync(http, 503, "SlowDown") : Forward;
        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheel)).Value);

        refusals = int.MinValue;
        var refused = await PublishAsync(backend, Wheels.Build("demo", "2.0"));

        Assert.Equal(FailureKind.Unavailable, refused.Failure?.Kind);
        Assert.NotNull(refused.Failure?.RetryAfter);
        Assert.Contains("more requests than it can serve", refused.Failure?.Message, StringComparison.Ordinal);
        Assert.Equal(WheelKeys, await KeysAsync());
    }

    [FactWhen(Needs.Ceph)]
    public async Task Connections_that_break_amid_the_upload_leave_nothing()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);
        storage.Fault = async http => IsPackage(http) && await http.Request.Body.ReadAtLeastAsync(new byte[100], 100) > 0 && await FaultyS3.CutAsync(http);

        Assert.Equal(FailureKind.Unavailable, (await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 500_000, random: true))).Failure?.Kind);
        Assert.Empty(await KeysAsync());

        storage.Fault = null;
        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheel)).Value);
        Assert.Null(backend.Degraded);
    }

    [FactWhen(Needs.Ceph)]
    public async Task What_was_answered_with_a_fault_is_not_in_the_way_of_a_repetition()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);

        // Published, and then away: neither can it be said that it was, nor taken back.
        var isAway = false;
        storage.Fault = http => isAway ? FaultyS3.CutAsync(http) : (isAway = IsPackage(http)) ? storage.LoseAnswerAsync(http) : Forward;
        Assert.Equal(FailureKind.Unavailable, (await PublishAsync(backend, Wheel)).Failure?.Kind);
        Assert.Contains("can't be reached", backend.Degraded, StringComparison.Ordinal);

        storage.Fault = null;
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, Wheel)).Value);
        Assert.Single(await FilesAsync(backend));
    }

    [FactWhen(Needs.Ceph)]
    public async Task A_storage_that_does_not_answer_is_given_up()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var backend = await OpenAsync("a", storage.Url, time);
        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheel)).Value);
        var file = Assert.Single(await FilesAsync(backend));
        var hangs = new TaskCompletionSource();
        storage.Fault = http =>
        {
            hangs.TrySetResult();

            return FaultyS3.HangAsync(http);
        };

        var opening = backend.OpenAsync(new Secret(""), file, default).AsTask();
        await hangs.Task;
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(FailureKind.Unavailable, (await opening).Failure?.Kind);
        Assert.Contains("does not answer in time", backend.Degraded, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Ceph)]
    public async Task Of_servers_without_a_common_lock_that_publish_one_name_at_once_one_wins_with_the_form_that_belongs_to_it()
    {
        var servers = await Task.WhenAll(OpenAsync("a"), OpenAsync("b"), OpenAsync("c"));
        foreach (var round in Enumerable.Range(1, 6))
        {
            var wheels = servers.Select((_, i) => Wheels.Build("demo", $"{round}.0", payload: 100 + i)).ToList();

            var outcomes = await Task.WhenAll(servers.Zip(wheels, (server, wheel) => Task.Run(() => UntilDecidedAsync(server, wheel))));

            var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item.Failure is null);
            Assert.All(outcomes.Where(outcome => outcome.Failure is not null), outcome => Assert.Equal(FailureKind.Conflict, outcome.Failure?.Kind));
            Assert.Equal(wheels[winner.Index].Content, await BytesAsync($"demo/{wheels[0].Filename}"));
            Assert.Contains(wheels[winner.Index].Sha256, Encoding.UTF8.GetString(await BytesAsync($"demo/{wheels[0].Filename}.meta")), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(await KeysAsync(), key => key.Contains("/.", StringComparison.Ordinal) || key[0] == '.');
        Assert.All(await FilesAsync(servers[0]), file => Assert.NotNull(file.UploadedBy));
    }

    [FactWhen(Needs.Ceph)]
    public async Task Large_files_go_in_parts_and_of_two_at_once_one_wins()
    {
        var servers = await Task.WhenAll(OpenAsync("a"), OpenAsync("b"));
        var wheels = servers.Select((_, i) => Wheels.Build("demo", "1.0", payload: 17_000_000 + i, random: true)).ToList();

        var outcomes = await Task.WhenAll(servers.Zip(wheels, (server, wheel) => Task.Run(() => UntilDecidedAsync(server, wheel))));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item.Failure is null);
        Assert.Equal(wheels[winner.Index].Content, await BytesAsync(WheelKeys[0]));
        Assert.Equal(0, await PartialUploadsAsync());
        Assert.Equal(WheelKeys, await KeysAsync());
        Assert.Contains("-2", (await Client.GetObjectMetadataAsync(Ceph.Bucket, $"{Prefix}/{WheelKeys[0]}")).ETag, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Ceph)]
    public async Task Decisions_of_servers_without_a_common_lock_are_all_made()
    {
        var servers = await Task.WhenAll(OpenAsync("a"), OpenAsync("b"));
        Assert.Equal(Publication.Published, (await PublishAsync(servers[0], Wheel)).Value);
        Assert.True(ProjectName.TryParse("demo", out var demo));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => servers[i % 2].ChangeRecordAsync(
            new Secret(""), demo, record => record with { YankedFiles = record.YankedFiles.Add($"demo-{i}.tar.gz", "") }, BeforeCommit.Nothing, default))));

        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.Equal(8, (await FilesAndRecordAsync(servers[0])).YankedFiles.Count);
    }

    [FactWhen(Needs.Ceph)]
    public async Task What_a_killed_server_leaves_is_swept_and_nothing_else()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);
        await PutAsync($".uploads/dead", Encoding.UTF8.GetBytes(WheelKeys[0]));
        await PutAsync(WheelKeys[1], "x = \"1\""u8.ToArray());
        await PutAsync($"demo/.claim-{Wheel.Filename}", "dead"u8.ToArray());
        await PutAsync("demo/demo-2.0.tar.gz.meta", "copied = \"by hand\""u8.ToArray());
        await Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = Ceph.Bucket, Key = $"{Prefix}/{WheelKeys[0]}" });

        Assert.Null((await backend.DescribeAsync(default)).Failure);
        Assert.Equal(4, (await KeysAsync()).Count);

        // A minute later, by the storage's clock.
        storage.Ahead = TimeSpan.FromMinutes(1);
        var other = await OpenAsync("b", storage.Url);
        Assert.Null((await other.DescribeAsync(default)).Failure);

        Assert.Equal(["demo/demo-2.0.tar.gz.meta"], await KeysAsync());
        Assert.Equal(0, await PartialUploadsAsync());
    }

    [FactWhen(Needs.Ceph)]
    public async Task The_claim_of_a_dead_upload_is_taken_over()
    {
        await PutAsync($"demo/.claim-{Wheel.Filename}", "dead"u8.ToArray());
        var backend = await OpenAsync("a", multipartBytes: 10);

        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheel)).Value);
        Assert.Equal(WheelKeys, await KeysAsync());
    }

    [FactWhen(Needs.Ceph)]
    public async Task A_storage_without_conditional_writes_takes_uploads_under_a_lock_that_all_servers_share_only()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var backend = await OpenAsync("a", storage.Url);
        storage.Fault = http => http.Request.Headers.ContainsKey("If-None-Match") && HttpMethods.IsPut(http.Request.Method) ? FaultyS3.AnswerAsync(http, 501, "NotImplemented") : Forward;

        Assert.Contains("--database", (await PublishAsync(backend, Wheel)).Failure?.Message, StringComparison.Ordinal);
        Assert.Empty(await KeysAsync());

        // With a lock that all servers share there is nothing to be left to the storage.
        var locked = await OpenAsync("b", storage.Url, locks: new SharedLocks());
        Assert.Equal(Publication.Published, (await PublishAsync(locked, Wheel)).Value);
        Assert.Equal(FailureKind.Conflict, (await PublishAsync(locked, Wheels.Build("demo", "1.0", payload: 3))).Failure?.Kind);
        Assert.Equal(WheelKeys, await KeysAsync());
    }

    [FactWhen(Needs.Ceph)]
    public async Task A_folder_of_file_system_that_was_copied_is_listed_as_it_was()
    {
        var other = Wheels.Build("bare", "1.0", requiresPython: ">=3.9");
        await PutAsync(WheelKeys[0], Wheel.Content);
        await PutAsync(WheelKeys[1], Encoding.UTF8.GetBytes($"distrib = \"demo\"\nsha256 = \"{Wheel.Sha256}\"\nupload_time = \"2020-02-03T04:05:06.000000Z\"\nuploaded_by = \"ci\"\nsummary = \"By hand\"\n"));
        await PutAsync("demo/.project.toml", "status = \"deprecated\"\n"u8.ToArray());
        await PutAsync($"bare/{other.Filename}", other.Content);
        var backend = await OpenAsync("a");

        var files = (await FilesAsync(backend)).ToDictionary(file => file.Filename.Project.ToString());
        Assert.Equal((Wheel.Sha256, "ci", new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero)), (files["demo"].Sha256.ToString(), files["demo"].UploadedBy, files["demo"].UploadedAt));
        Assert.Equal((other.Sha256, ">=3.9"), (files["bare"].Sha256.ToString(), files["bare"].RequiresPython?.ToString()));
        Assert.Equal(StatusMarker.Deprecated, (await FilesAndRecordAsync(backend)).Status);

        Assert.Equal(2, (await backend.DescribeAsync(default)).Value);
        var described = (await FilesAsync(backend)).Single(file => file.Filename.ToString() == Wheel.Filename);
        Assert.Equal("By hand", described.Summary);
        Assert.NotNull(described.MetadataSha256);

        Assert.Null((await backend.RebuildIndexAsync(null, new Progress<WorkProgress>(), default)).Failure);
        Assert.Contains($"url = \"s3://{Ceph.Bucket}/{Prefix}/demo/", Encoding.UTF8.GetString(await BytesAsync("index.toml")), StringComparison.Ordinal);
    }

    [FactWhen(Needs.Ceph)]
    public async Task Mistakes_of_a_configuration_are_named()
    {
        Assert.Contains("secret key does not belong", await ProblemAsync(await OpenAsync("a", secretKey: "wrong")), StringComparison.Ordinal);
        Assert.Contains("there is no bucket \"absent\"", await ProblemAsync(await OpenAsync("b", bucket: "absent")), StringComparison.Ordinal);
        Assert.Contains("can't be reached", await ProblemAsync(await OpenAsync("c", new Uri($"http://127.0.0.1:{ProxyProcess.FreePort()}"))), StringComparison.Ordinal);
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        foreach (var (status, code, said) in ((int, string, string)[])[(403, "AccessDenied", "denies access"), (301, "PermanentRedirect", "another region"), (403, "InvalidAccessKeyId", "does not know the access key")])
        {
            storage.Fault = http => FaultyS3.AnswerAsync(http, status, code);
            Assert.Contains(said, await ProblemAsync(await OpenAsync(code, storage.Url)), StringComparison.Ordinal);
        }

        async Task<string?> ProblemAsync(IRepositoryBackend backend)
        {
            var failure = (await backend.SyncAsync(default)).Failure;
            Assert.Equal(FailureKind.Unavailable, failure?.Kind);
            Assert.DoesNotContain(Ceph.SecretKey, failure?.Message, StringComparison.Ordinal);

            return failure?.Message;
        }
    }

    private static Task<bool> Forward { get; } = Task.FromResult(false);

    private static bool IsPackage(HttpContext http) =>
        HttpMethods.IsPut(http.Request.Method) && http.Request.Path.Value?.EndsWith(".whl", StringComparison.Ordinal) == true;

    /// <summary>As clients do: what is answered «unavailable» is sent again.</summary>
    private static async Task<Outcome<Publication>> UntilDecidedAsync(IRepositoryBackend backend, Distribution wheel)
    {
        var outcome = await PublishAsync(backend, wheel);
        for (var repeated = 0; repeated < 50 && outcome.Failure?.Kind == FailureKind.Unavailable; repeated++)
        {
            outcome = await PublishAsync(backend, wheel);
        }

        return outcome;
    }

    private static async Task<ProjectRecord> FilesAndRecordAsync(IRepositoryBackend backend)
    {
        await FilesAsync(backend);

        return Assert.Single((await backend.ReadChangesAsync(0, default)).Value.Records).Value;
    }
}
