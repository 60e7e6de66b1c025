using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

public sealed class FileSystemBackendTests : BackendContract
{
    private readonly TempFolder _root = new();

    protected override Secret WriteSecret { get; } = new("write:this");

    protected override Secret ReadSecret { get; } = new("read-this");

    private string Storage => Path.Combine(_root.Path, "cache", "local", "storage");

    private string Catalog => Path.Combine(_root.Path, "index", "local", "catalog.db");

    [Fact]
    public async Task A_folder_of_the_original_is_listed_as_it_is()
    {
        var wheel = Wheels.Build("Old.Project", "1.0");
        await PutAsync("old-project", wheel.Filename, wheel.Content, $"""
            name = "Old.Project"
            requires_python = ">=3.6"
            ":action" = "file_upload"
            distrib = "old-project"
            sha256 = "{wheel.Sha256}"
            """);

        var file = Assert.Single(await FilesAsync(await OpenedAsync()));

        Assert.Equal("old-project", file.Filename.Project.ToString());
        Assert.Equal(">=3.6", file.RequiresPython?.ToString());
        Assert.Equal(wheel.Sha256, file.Sha256.ToString());
        Assert.Equal(wheel.Content, await BytesAsync(await OpenedAsync(), file));
    }

    [Fact]
    public async Task Two_formats_of_one_version_are_two_files()
    {
        foreach (var name in (string[])["twin-1.0.tar.gz", "twin-1.0.zip"])
        {
            await PutAsync("twin", name, "x"u8.ToArray(), $"distrib = \"twin\"\nsha256 = \"{new string('a', 64)}\"\n");
        }

        Assert.Equal(2, (await FilesAsync(await OpenedAsync())).Count);
    }

    [Fact]
    public async Task A_file_without_meta_is_listed_once_it_was_hashed()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.9");
        await PutAsync("demo", wheel.Filename, wheel.Content, meta: null);

        Assert.Null((await backend.SyncAsync(default)).Failure);

        var file = Assert.Single(await FilesAsync(backend));
        Assert.Equal(wheel.Sha256, file.Sha256.ToString());
        Assert.Equal(">=3.9", file.RequiresPython?.ToString());
    }

    [Fact]
    public async Task What_came_without_an_upload_is_described_in_the_background()
    {
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, wheel.Content, $"distrib = \"demo\"\nsha256 = \"{wheel.Sha256}\"\nsummary = \"By hand\"\n");
        await PutAsync("demo", "demo-2.0-py3-none-any.whl", "no wheel"u8.ToArray(), $"distrib = \"demo\"\nsha256 = \"{new string('a', 64)}\"\n");
        var backend = await OpenedAsync();
        Assert.All(await FilesAsync(backend), file => Assert.Null(file.MetadataSha256));

        Assert.Equal(2, (await backend.DescribeAsync(default)).Value);
        Assert.Equal(0, (await backend.DescribeAsync(default)).Value);

        var file = (await FilesAsync(backend)).Single(file => file.Filename.ToString() == wheel.Filename);
        Assert.Equal("By hand", file.Summary);
        Assert.Equal(wheel.Metadata, await ContentAsync(await backend.OpenMetadataAsync(ReadSecret, file, default)));
        Assert.Null((await FilesAsync(backend)).Single(file => file.Filename.ToString() != wheel.Filename).MetadataSha256);
    }

    [Fact]
    public async Task Metadata_that_was_lost_with_the_index_is_read_from_the_wheel_again()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, wheel);

        Directory.Delete(Path.Combine(_root.Path, "index", "local", "metadata"), recursive: true);

        Assert.Equal(wheel.Metadata, await ContentAsync(await backend.OpenMetadataAsync(ReadSecret, Assert.Single(await FilesAsync(backend)), default)));
    }

    [Fact]
    public async Task A_deletion_that_was_interrupted_is_finished_when_it_is_repeated()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, wheel);
        var file = Assert.Single(await FilesAsync(backend));
        await DeleteAsync(backend, file);

        // As a kill after the record was kept leaves it.
        await PutAsync("demo", wheel.Filename, wheel.Content, meta: null);
        var after = await OpenedAsync();
        Assert.Null(RepositoryIndex.Empty.With(await ChangesAsync(after)).Find(file.Filename.Project)?.Find(wheel.Filename));

        Assert.Null((await after.ChangeRecordAsync(WriteSecret, file.Filename.Project, record => record, BeforeCommit.Nothing, default)).Failure);

        Assert.False(File.Exists(Path.Combine(Storage, "demo", wheel.Filename)));
    }

    [Fact]
    public async Task A_record_stays_with_its_project_whatever_the_original_called_its_folder()
    {
        var wheel = Wheels.Build("Old.Project", "1.0");
        await PutAsync("Old.Project", wheel.Filename, wheel.Content, $"distrib = \"Old.Project\"\nsha256 = \"{wheel.Sha256}\"\n");
        var backend = await OpenedAsync();
        var file = Assert.Single(await FilesAsync(backend));

        await DeleteAsync(backend, file);

        Assert.False(File.Exists(Path.Combine(Storage, "Old.Project", wheel.Filename)));
        Assert.Equal(wheel.Filename, Assert.Single((await ChangesAsync(await OpenedAsync())).Records.Single().Value.Deleted).Key);
    }

    [Fact]
    public async Task A_rebuild_corrects_a_digest_that_the_original_took_from_a_client()
    {
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, wheel.Content, $"distrib = \"demo\"\nsha256 = \"{new string('f', 64)}\"\n");
        var backend = await OpenedAsync();

        Assert.Null((await backend.RebuildIndexAsync(null, new Progress<WorkProgress>(), default)).Failure);

        Assert.Equal(wheel.Sha256, Assert.Single(await FilesAsync(backend)).Sha256.ToString());
    }

    [Fact]
    public async Task Names_that_are_no_distribution_files_are_not_listed()
    {
        await PutAsync("demo", "notes.txt", "x"u8.ToArray(), meta: null);
        await PutAsync("demo", "other-1.0-py3-none-any.whl", "x"u8.ToArray(), meta: null);
        await PutAsync("<script>", "script-1.0.tar.gz", "x"u8.ToArray(), meta: null);
        await PutAsync("demo", "demo-1.0.tar.gz.meta", "x"u8.ToArray(), meta: null);

        Assert.Empty(await FilesAsync(await OpenedAsync()));
    }

    [Fact]
    public async Task When_and_by_whom_a_file_was_uploaded_survives_the_loss_of_the_catalog()
    {
        var before = await OpenedAsync();
        await PublishAsync(before, Wheels.Build("demo", "1.0"));
        var published = Assert.Single(await FilesAsync(before));
        before.Dispose();
        File.Delete(Catalog);
        File.SetLastWriteTimeUtc(Path.Combine(Storage, "demo", "demo-1.0-py3-none-any.whl"), DateTime.UnixEpoch);

        var found = Assert.Single(await FilesAsync(await OpenedAsync()));
        Assert.Equal((published.UploadedAt, "write secret"), (found.UploadedAt, found.UploadedBy));
    }

    [Fact]
    public async Task A_catalog_of_garbage_is_made_anew()
    {
        var before = await OpenedAsync();
        await PublishAsync(before, Wheels.Build("demo", "1.0"));
        before.Dispose();
        await File.WriteAllBytesAsync(Catalog, [.. Enumerable.Repeat((byte)'x', 8192)]);

        Assert.Single(await FilesAsync(await OpenedAsync()));
    }

    [Fact]
    public async Task A_start_sweeps_what_a_crash_left_but_not_a_neighbours_upload()
    {
        var neighbour = await OpenedAsync();
        await using var staged = (await neighbour.Staging.StageAsync(new MemoryStream([1]), 10, new HashSet<DigestAlgorithm>(), default)).Value;
        var litter = Path.Combine(Storage, ".staging", "crashed");
        await File.WriteAllBytesAsync(litter, [1]);

        await OpenedAsync();

        Assert.False(File.Exists(litter));
        Assert.True(File.Exists(staged.Path));
    }

    [Fact]
    public async Task A_meta_without_its_file_does_not_stop_the_upload_that_a_crash_cut_off()
    {
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, [], $"sha256 = \"{new string('a', 64)}\"\n");
        File.Delete(Path.Combine(Storage, "demo", wheel.Filename));
        var backend = await OpenedAsync();

        Assert.Equal(Publication.Published, (await PublishAsync(backend, wheel)).Value);
        Assert.Equal(wheel.Sha256, Assert.Single(await FilesAsync(backend)).Sha256.ToString());
    }

    [Fact]
    public async Task A_file_put_there_by_hand_conflicts_before_any_look_found_it()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, wheel.Content, meta: null);

        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 5))).Failure?.Kind);
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, wheel)).Value);
    }

    [Fact]
    public async Task A_file_put_there_by_hand_conflicts_under_every_name_whatever_was_uploaded_since()
    {
        var backend = await OpenedAsync();
        Assert.Null((await PublishAsync(backend, Wheels.Build("demo", "0.9"))).Failure);
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, wheel.Content, meta: null);
        Assert.Null((await PublishAsync(backend, Wheels.Build("demo", "0.8"))).Failure);
        Assert.Null((await PublishAsync(backend, Wheels.Build("demo", "0.7"))).Failure);

        var other = Wheels.Build("demo", "1.0", payload: 5) with { Filename = "Demo-1.0.0-py3-none-any.whl" };
        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, other)).Failure?.Kind);
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, wheel with { Filename = other.Filename })).Value);
        Assert.Equal(4, (await FilesAsync(backend)).Count);
    }

    [Fact]
    public async Task Two_spellings_that_are_stored_are_both_served_and_each_takes_its_own_bytes_only()
    {
        var (one, other) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "1.0", payload: 5) with { Filename = "Demo-1.0-py3-none-any.whl" });
        await PutAsync("demo", one.Filename, one.Content, $"sha256 = \"{one.Sha256}\"\n");
        await PutAsync("demo", other.Filename, other.Content, $"sha256 = \"{other.Sha256}\"\n");
        var backend = await OpenedAsync();

        Assert.Equal(2, (await FilesAsync(backend)).Count);
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, one)).Value);
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, other)).Value);
        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, one with { Filename = other.Filename })).Failure?.Kind);
        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 9))).Failure?.Kind);

        await DeleteAsync(backend, (await FilesAsync(backend)).Single(file => file.Filename.ToString() == one.Filename));

        var left = Assert.Single(await FilesAsync(backend));
        Assert.Equal(other.Content, await BytesAsync(backend, left));
        Assert.NotNull(RepositoryIndex.Empty.With(await ChangesAsync(backend)).Find(left.Filename.Project)?.Find(other.Filename));
    }

    [Fact]
    public async Task Fields_that_could_not_be_read_back_are_refused()
    {
        var backend = await OpenedAsync();

        // Six bytes of TOML each.
        var refused = await PublishAsync(backend, Wheels.Build("demo", "1.0"), ("description", new string('\u0001', 3 * 1024 * 1024)));

        Assert.Equal(FailureKind.Invalid, refused.Failure?.Kind);
        Assert.Contains("shorten the description", refused.Failure?.Message, StringComparison.Ordinal);
        Assert.Empty(await FilesAsync(backend));
        Assert.Empty(Litter());
    }

    [Fact]
    public async Task A_specifier_that_is_too_long_for_a_page_is_left_out_wherever_it_comes_from()
    {
        var specifier = ">=3.8" + string.Concat(Enumerable.Repeat(",!=3.9", 100_000));
        var (one, other) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0", requiresPython: specifier));
        await PutAsync("demo", one.Filename, one.Content, $"sha256 = \"{one.Sha256}\"\nrequires_python = \"{specifier}\"\n");
        await PutAsync("demo", other.Filename, other.Content, meta: null);

        Assert.Equal([null, null], (await FilesAsync(await OpenedAsync())).Select(file => file.RequiresPython));
    }

    [Fact]
    public async Task A_look_reads_only_folders_that_changed()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PutAsync("demo", wheel.Filename, wheel.Content, $"sha256 = \"{wheel.Sha256}\"\n");
        var folder = Path.Combine(Storage, "demo");
        Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch);
        Assert.Equal(1, (await backend.SyncAsync(default)).Value.Published);

        File.Delete(Path.Combine(folder, wheel.Filename));
        Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch); // as if nothing had happened

        Assert.Equal(0, (await backend.SyncAsync(default)).Value.Removed);
        Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch.AddDays(1));
        Assert.Equal(1, (await backend.SyncAsync(default)).Value.Removed);
    }

    [Fact]
    public async Task A_project_folder_that_is_gone_takes_its_files_along()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        Directory.SetLastWriteTimeUtc(Path.Combine(Storage, "demo"), DateTime.UnixEpoch);
        await backend.SyncAsync(default);

        Directory.Delete(Path.Combine(Storage, "demo"), recursive: true);
        await backend.SyncAsync(default);

        Assert.Empty(await FilesAsync(backend));
    }

    [Fact]
    public async Task A_project_folder_that_goes_before_any_look_at_it_takes_its_files_along_too()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));

        Directory.Delete(Path.Combine(Storage, "demo"), recursive: true);
        await backend.SyncAsync(default);

        Assert.Empty(await FilesAsync(backend));
    }

    [Fact]
    public async Task A_name_too_long_for_the_file_beside_it_is_refused_before_anything_is_written()
    {
        var backend = await OpenedAsync();
        var version = $"1.{new string('1', 230)}";

        var outcome = await PublishAsync(backend, Wheels.Build("demo", version));

        Assert.Equal(FailureKind.Invalid, outcome.Failure?.Kind);
        Assert.False(Directory.Exists(Path.Combine(Storage, "demo")));
    }

    protected override IRepositoryBackend Open()
    {
        Assert.True(RepositoryName.TryParse("local", out var name, out _));

        return FileSystemBackend.Open(
            new RepositorySecrets(SecretVerifier.Of(ReadSecret), SecretVerifier.Of(WriteSecret)), new StorageLayout(_root.Path, name), new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
    }

    protected override void Lose(PackageFile file) => File.Delete(Path.Combine(Storage, file.Location, file.Filename.ToString()));

    protected override IReadOnlyList<string> Litter() => Directory.GetFiles(Path.Combine(Storage, ".staging"));

    protected override void CleanUp() => _root.Dispose();

    private async Task PutAsync(string folder, string filename, byte[] content, string? meta)
    {
        var path = _root.At("cache", "local", "storage", folder, filename);
        await File.WriteAllBytesAsync(path, content);
        if (meta is not null)
        {
            await File.WriteAllTextAsync(path + ".meta", meta);
        }
    }
}
