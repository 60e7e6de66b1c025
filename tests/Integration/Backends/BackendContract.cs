using System.Security.Cryptography;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What every back end promises (IRepositoryBackend). A back end's own tests derive from this and say how one is opened.</summary>
public abstract class BackendContract : IDisposable
{
    private static readonly HashSet<DigestAlgorithm> NoDigests = [];

    private static readonly Failure Refusal = new(FailureKind.OutOfSpace, "The audit log is full.");

    private readonly List<IRepositoryBackend> _opened = [];

    /// <summary>May do all.</summary>
    protected abstract Secret WriteSecret { get; }

    /// <summary>May read only.</summary>
    protected abstract Secret ReadSecret { get; }

    /// <summary>Whether a look at the storage finds what was taken out of it; a remote one tells that only by its next index.</summary>
    protected virtual bool SyncFindsLosses => true;

    /// <summary>How many publish at once: some storages make so many wait that the last are sent away.</summary>
    protected virtual int Publishers => 16;

    /// <summary>Opens the test's one storage; each call is like another process.</summary>
    protected abstract IRepositoryBackend Open();

    public void Dispose()
    {
        _opened.ForEach(backend => backend.Dispose());
        CleanUp();
        GC.SuppressFinalize(this);
    }

    [ContractFact]
    public async Task What_is_published_is_in_the_changes_and_can_be_read_back()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0", requiresPython: ">=3.8");

        var publication = await PublishAsync(backend, wheel);

        Assert.Equal(Publication.Published, publication.Value);
        var file = Assert.Single(await FilesAsync(backend));
        Assert.Equal(wheel.Filename, file.Filename.ToString());
        Assert.Equal(wheel.Content.Length, file.Size);
        Assert.Equal(wheel.Sha256, file.Sha256.ToString());
        Assert.Equal(wheel.Content, await BytesAsync(backend, file));
    }

    [ContractFact]
    public async Task The_same_bytes_again_change_nothing()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, wheel);
        var before = await ChangesAsync(backend);

        var again = await PublishAsync(backend, wheel);

        Assert.Equal(Publication.AlreadyPublished, again.Value);
        Assert.Equal(before.Revision, (await ChangesAsync(backend)).Revision);
    }

    [ContractFact]
    public async Task Right_before_a_file_becomes_visible_the_caller_is_called_once_and_not_for_one_that_is_published()
    {
        var backend = await OpenedAsync();
        var (calls, seen) = (0, -1);
        async Task<Failure?> CountAsync()
        {
            calls++;
            seen = (await FilesAsync(await OpenedAsync())).Count;

            return null;
        }

        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheels.Build("demo", "1.0"), CountAsync)).Value);
        Assert.Equal((1, 0), (calls, seen));

        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, Wheels.Build("demo", "1.0"), CountAsync)).Value);
        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 10), CountAsync)).Failure?.Kind);
        Assert.Equal(1, calls);
    }

    [ContractFact]
    public async Task Where_the_caller_refuses_at_the_last_moment_nothing_is_published()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");

        var refused = await PublishAsync(backend, wheel, () => Task.FromResult<Failure?>(Refusal));

        Assert.Same(Refusal, refused.Failure);
        Assert.Null((await backend.SyncAsync(default)).Failure);
        Assert.Empty(await FilesAsync(backend));
        Assert.Empty(await FilesAsync(await OpenedAsync()));
        Assert.Equal(Publication.Published, (await PublishAsync(backend, wheel)).Value);
    }

    [ContractFact]
    public async Task Right_before_a_record_is_changed_the_caller_is_called_once_and_not_where_nothing_is_to_be_changed()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var file = Assert.Single(await FilesAsync(backend));
        var calls = 0;
        async Task<Failure?> CountAsync()
        {
            calls++;
            Assert.Equal(file.Sha256, Sha256Digest.FromBytes(SHA256.HashData(await BytesAsync(backend, file))));
            Assert.Empty((await ChangesAsync(backend)).Records);

            return null;
        }

        Assert.Null((await DeleteAsync(backend, file, CountAsync)).Failure);
        Assert.Equal(1, calls);

        Assert.Null((await DeleteAsync(backend, file, CountAsync)).Failure);
        Assert.Equal(1, calls);
    }

    [ContractFact]
    public async Task Where_the_caller_refuses_at_the_last_moment_no_record_is_changed_and_no_file_removed()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var file = Assert.Single(await FilesAsync(backend));

        var refused = await DeleteAsync(backend, file, () => Task.FromResult<Failure?>(Refusal));

        Assert.Same(Refusal, refused.Failure);
        Assert.Null((await backend.SyncAsync(default)).Failure);
        Assert.Empty((await ChangesAsync(backend)).Records);
        Assert.Equal(file.Size, (await BytesAsync(backend, file)).Length);
    }

    [ContractFact]
    public async Task Other_bytes_under_a_name_that_is_taken_are_a_conflict_and_change_nothing()
    {
        var backend = await OpenedAsync();
        var first = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, first);

        var conflict = await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 10));

        Assert.Equal(FailureKind.Conflict, conflict.Failure?.Kind);
        Assert.StartsWith("File already exists", conflict.Failure?.Message, StringComparison.Ordinal);
        Assert.Equal(first.Content, await BytesAsync(backend, Assert.Single(await FilesAsync(backend))));
    }

    [ContractFact]
    public async Task Of_many_publications_of_one_name_at_once_exactly_one_wins()
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        var wheels = Enumerable.Range(0, Publishers).Select(i => Wheels.Build("demo", "1.0", payload: 100 + i)).ToList();

        var outcomes = await Task.WhenAll(wheels.Select((wheel, i) => Task.Run(() => PublishAsync(backends[i % 2], wheel))));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item.Failure is null);
        Assert.All(outcomes.Index().Where(outcome => outcome.Index != winner.Index), outcome => Assert.Equal(FailureKind.Conflict, outcome.Item.Failure?.Kind));
        foreach (var backend in backends)
        {
            Assert.Equal(wheels[winner.Index].Content, await BytesAsync(backend, Assert.Single(await FilesAsync(backend))));
        }
    }

    [ContractTheory]
    [InlineData("Demo-1.0-py3-none-any.whl")]
    [InlineData("demo-1.0.0-py3-none-any.whl")]
    [InlineData("demo-01-PY3-None-any.whl")]
    public async Task A_file_is_taken_under_every_spelling_of_its_name(string spelling)
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backends[0], wheel);
        var before = await ChangesAsync(backends[0]);

        foreach (var backend in backends)
        {
            var conflict = await PublishAsync(backend, Wheels.Build("demo", "1.0", payload: 10) with { Filename = spelling });
            Assert.Equal(FailureKind.Conflict, conflict.Failure?.Kind);
            Assert.StartsWith($"File already exists: {wheel.Filename}", conflict.Failure?.Message, StringComparison.Ordinal);
            Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(backend, wheel with { Filename = spelling })).Value);
        }

        Assert.Equal(before.Revision, (await ChangesAsync(backends[0])).Revision);
        Assert.Equal(wheel.Filename, Assert.Single(await FilesAsync(await OpenedAsync())).Filename.ToString());
    }

    [ContractFact]
    public async Task A_source_archive_of_another_format_is_the_same_file()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Sdists.Build("demo", "1.0"));

        Assert.Equal(FailureKind.Conflict, (await PublishAsync(backend, Sdists.Build("demo", "1.0", zip: true))).Failure?.Kind);
        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheels.Build("demo", "1.0"))).Value);
        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheels.Build("demo", "1.0", build: "1"))).Value);
    }

    [ContractFact]
    public async Task Of_many_publications_of_one_file_under_several_names_at_once_exactly_one_wins()
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        string[] names = ["demo-1.0-py3-none-any.whl", "Demo-1.0-py3-none-any.whl", "demo-1.0.0-py3-none-any.whl", "demo-01.0-py3-none-any.whl"];
        var wheels = names.Select((name, i) => Wheels.Build("demo", "1.0", payload: 100 + i) with { Filename = name }).ToList();

        var outcomes = await Task.WhenAll(wheels.Select((wheel, i) => Task.Run(() => UntilDecidedAsync(backends[i % 2], wheel))));

        var winner = Assert.Single(outcomes.Index(), outcome => outcome.Item.Failure is null);
        Assert.All(outcomes.Index().Where(outcome => outcome.Index != winner.Index), outcome => Assert.True(outcome.Item.Failure?.Kind == FailureKind.Conflict, outcome.Item.Failure?.Message));
        foreach (var backend in backends.Append(await OpenedAsync()))
        {
            Assert.Equal(wheels[winner.Index].Content, await BytesAsync(backend, Assert.Single(await FilesAsync(backend))));
        }

        Assert.Empty(Litter());
    }

    /// <summary>As clients do: what is answered «unavailable», as the index is busy, is sent again.</summary>
    private async Task<Outcome<Publication>> UntilDecidedAsync(IRepositoryBackend backend, Distribution wheel)
    {
        var outcome = await PublishAsync(backend, wheel);
        for (var repeated = 0; repeated < 50 && outcome.Failure?.Kind == FailureKind.Unavailable; repeated++)
        {
            outcome = await PublishAsync(backend, wheel);
        }

        return outcome;
    }

    [ContractFact]
    public async Task What_was_deleted_comes_back_under_no_other_spelling()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        await DeleteAsync(backend, Assert.Single(await FilesAsync(backend)));

        foreach (var process in new[] { backend, await OpenedAsync() })
        {
            var refused = await PublishAsync(process, Wheels.Build("demo", "1.0", payload: 10) with { Filename = "Demo-1.0.0-py3-none-any.whl" });
            Assert.Equal(FailureKind.Conflict, refused.Failure?.Kind);
            Assert.StartsWith("File already exists", refused.Failure?.Message, StringComparison.Ordinal);
        }
    }

    [ContractFact]
    public async Task Of_many_publications_of_the_same_bytes_at_once_all_go_well()
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        var wheel = Wheels.Build("demo", "1.0");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(i => Task.Run(() => PublishAsync(backends[i % 2], wheel))));

        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.Single(outcomes, outcome => outcome.Value == Publication.Published);
    }

    [ContractFact]
    public async Task Another_process_sees_what_was_published()
    {
        var here = await OpenedAsync();
        var there = await OpenedAsync();
        var known = (await ChangesAsync(there)).Revision;

        await PublishAsync(here, Wheels.Build("demo", "1.0"));

        var changes = (await there.ReadChangesAsync(known, default)).Value;
        Assert.True(changes.Revision > known);
        Assert.Equal("demo-1.0-py3-none-any.whl", Assert.Single(changes.Published).Filename.ToString());
    }

    [ContractFact]
    public async Task Changes_tell_only_what_is_newer_than_what_is_known()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var known = (await ChangesAsync(backend)).Revision;

        await PublishAsync(backend, Wheels.Build("demo", "2.0"));

        var changes = (await backend.ReadChangesAsync(known, default)).Value;
        Assert.Equal("2.0", Assert.Single(changes.Published).Filename.Version?.ToString());
        Assert.Empty((await backend.ReadChangesAsync(changes.Revision, default)).Value.Published);
    }

    [ContractFact]
    public async Task A_file_that_was_uploaded_elsewhere_keeps_that_time_also_when_the_index_is_rebuilt()
    {
        var then = new DateTimeOffset(2019, 8, 7, 6, 5, 4, TimeSpan.Zero).AddMicroseconds(123_456);
        var backend = await OpenedAsync();

        Assert.Equal(Publication.Published, (await PublishAsync(backend, Wheels.Build("demo", "1.0"), BeforeCommit.Nothing, then, [])).Value);

        Assert.Equal(then, Assert.Single(await FilesAsync(backend)).UploadedAt);
        Assert.Null((await backend.RebuildIndexAsync(WriteSecret, new Progress<WorkProgress>(), default)).Failure);
        Assert.Equal(then, Assert.Single(await FilesAsync(await OpenedAsync())).UploadedAt);
    }

    [ContractFact]
    public async Task Who_uploaded_a_file_first_is_known_to_every_process_also_when_the_index_is_rebuilt()
    {
        var (backend, neighbour) = (await OpenedAsync(), await OpenedAsync());
        var wheel = Wheels.Build("demo", "1.0");

        Assert.Equal(Publication.Published, (await PublishAsync(backend, wheel, BeforeCommit.Nothing, null, [("uploaded_by", "made up")], by: "ci-billing")).Value);
        Assert.Equal(Publication.AlreadyPublished, (await PublishAsync(neighbour, wheel, BeforeCommit.Nothing, null, [], by: "somebody else")).Value);

        foreach (var process in new[] { backend, neighbour, await OpenedAsync() })
        {
            Assert.Equal("ci-billing", Assert.Single(await FilesAsync(process)).UploadedBy);
        }

        Assert.Null((await backend.RebuildIndexAsync(WriteSecret, new Progress<WorkProgress>(), default)).Failure);
        Assert.Equal("ci-billing", Assert.Single(await FilesAsync(await OpenedAsync())).UploadedBy);
    }

    [ContractFact]
    public async Task The_time_of_an_upload_survives_a_restart()
    {
        var before = await OpenedAsync();
        await PublishAsync(before, Wheels.Build("demo", "1.0"));
        var uploadedAt = Assert.Single(await FilesAsync(before)).UploadedAt;

        var after = await OpenedAsync();

        Assert.Equal(uploadedAt, Assert.Single(await FilesAsync(after)).UploadedAt);
    }

    [ContractFact]
    public async Task A_secret_opens_what_it_is_for()
    {
        var backend = await OpenedAsync();

        Assert.Equal(AccessLevel.Write, await AccessOfAsync(WriteSecret.Reveal()));
        Assert.Equal(AccessLevel.Read, await AccessOfAsync(ReadSecret.Reveal()));
        foreach (var secret in (string[])["", ReadSecret.Reveal().ToUpperInvariant(), ReadSecret.Reveal() + " ", WriteSecret.Reveal()[..^1]])
        {
            Assert.Equal(AccessLevel.None, await AccessOfAsync(secret));
        }

        async Task<AccessLevel> AccessOfAsync(string secret) => (await backend.GetAccessAsync(new Secret(secret), default, AccessLevel.Write, default)).Value;
    }

    [ContractFact]
    public async Task A_file_beyond_the_limit_is_not_staged()
    {
        var backend = await OpenedAsync();

        var staged = await backend.Staging.StageAsync(new MemoryStream(new byte[1001]), 1000, NoDigests, default);

        Assert.Equal(FailureKind.TooLarge, staged.Failure?.Kind);
        Assert.Empty(Litter());
    }

    [ContractFact]
    public async Task A_file_of_exactly_the_limit_is_staged()
    {
        var backend = await OpenedAsync();

        await using var staged = (await backend.Staging.StageAsync(new MemoryStream(new byte[1000]), 1000, NoDigests, default)).Value;

        Assert.Equal(1000, staged.Length);
    }

    [ContractFact]
    public async Task A_source_that_breaks_leaves_nothing_behind()
    {
        var backend = await OpenedAsync();

        await Assert.ThrowsAsync<IOException>(() => backend.Staging.StageAsync(new BrokenStream(), 1_000_000, NoDigests, default));

        Assert.Empty(Litter());
    }

    [ContractFact]
    public async Task A_staged_file_that_is_not_published_goes_away()
    {
        var backend = await OpenedAsync();

        var staged = (await backend.Staging.StageAsync(new MemoryStream([1, 2, 3]), 1000, NoDigests, default)).Value;
        await staged.DisposeAsync();

        Assert.Empty(Litter());
        Assert.Empty(await FilesAsync(backend));
    }

    [ContractTheory]
    [InlineData(DigestAlgorithm.Md5, "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData(DigestAlgorithm.Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(DigestAlgorithm.Blake2b256, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")]
    [InlineData(DigestAlgorithm.Blake2b512, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")]
    public async Task Every_digest_can_be_had_asked_for_before_or_after(DigestAlgorithm algorithm, string ofAbc)
    {
        var backend = await OpenedAsync();
        foreach (var asked in (HashSet<DigestAlgorithm>[])[NoDigests, [algorithm]])
        {
            await using var staged = (await backend.Staging.StageAsync(new MemoryStream("abc"u8.ToArray()), 1000, asked, default)).Value;

            Assert.Equal(ofAbc, await staged.GetDigestAsync(algorithm, default));
        }
    }

    [ContractFact]
    public async Task A_file_that_the_storage_lost_is_not_found()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var file = Assert.Single(await FilesAsync(backend));

        Lose(file);

        Assert.Equal(FailureKind.NotFound, (await backend.OpenAsync(ReadSecret, file, default)).Failure?.Kind);
        Assert.NotEqual(FailureKind.Broken, (await backend.ReadFieldsAsync(ReadSecret, file, default)).Failure?.Kind);
        Assert.Null((await backend.SyncAsync(default)).Failure);
        Assert.Equal(SyncFindsLosses ? 0 : 1, (await FilesAsync(backend)).Count);
    }

    [ContractFact]
    public async Task The_metadata_of_a_wheel_can_be_had_byte_for_byte_by_every_process()
    {
        var here = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0", metadata: "Metadata-Version: 2.1\r\nName: demo\r\nVersion: 1.0\r\n\r\n\xE9"u8.ToArray());
        await PublishAsync(here, wheel);

        foreach (var backend in new[] { here, await OpenedAsync() })
        {
            var file = Assert.Single(await FilesAsync(backend));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(wheel.Metadata)), file.MetadataSha256?.ToString());
            Assert.Equal(wheel.Metadata, await ContentAsync(await backend.OpenMetadataAsync(ReadSecret, file, default)));
        }
    }

    [ContractFact]
    public async Task A_source_archive_has_no_metadata_to_be_had()
    {
        var backend = await OpenedAsync();

        await PublishAsync(backend, Sdists.Build("demo", "1.0"));

        Assert.Null(Assert.Single(await FilesAsync(backend)).MetadataSha256);
    }

    [ContractFact]
    public async Task Fields_with_several_values_keep_them_all_in_order()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"), ("classifiers", "Topic :: B"), ("classifiers", "Topic :: A"), ("import_names", "demo"));

        foreach (var process in new[] { backend, await OpenedAsync() })
        {
            var file = Assert.Single(await FilesAsync(process));
            var fields = (await process.ReadFieldsAsync(ReadSecret, file, default)).Value;

            Assert.Equal(["Topic :: B", "Topic :: A"], fields.All("classifiers"));
            Assert.Equal(["demo"], fields.All("import_name"));
            Assert.Equal("A \"demo\"\n— ünïcode", fields["summary"]);
            Assert.Equal("A \"demo\"", file.Summary);
        }
    }

    [ContractFact]
    public async Task What_the_form_leaves_out_the_file_itself_says()
    {
        var backend = await OpenedAsync();
        var metadata = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nLicense-Expression: MIT\nClassifier: Topic :: A\n"u8.ToArray();
        await PublishAsync(backend, Wheels.Build("demo", "1.0", metadata: metadata), ("metadata_version", "2.1"));

        var fields = (await backend.ReadFieldsAsync(ReadSecret, Assert.Single(await FilesAsync(backend)), default)).Value;

        Assert.Equal("MIT", fields["license_expression"]);
        Assert.Equal(["Topic :: A"], fields.All("classifiers"));
    }

    [ContractFact]
    public async Task Nothing_is_lacking_of_a_file_that_was_uploaded()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var before = await ChangesAsync(backend);

        Assert.Equal(0, (await backend.DescribeAsync(default)).Value);
        Assert.Equal(before.Revision, (await ChangesAsync(backend)).Revision);
    }

    [ContractFact]
    public async Task What_is_decided_is_known_to_every_process_and_later_ones()
    {
        var (here, there) = (await OpenedAsync(), await OpenedAsync());
        await PublishAsync(here, Wheels.Build("demo", "1.0"));
        var known = (await ChangesAsync(there)).Revision;

        var decided = (await here.ChangeRecordAsync(WriteSecret, Demo, record => record with { Status = StatusMarker.Deprecated, StatusReason = "old" }, BeforeCommit.Nothing, default)).Value;

        Assert.Equal("old", decided.StatusReason);
        Assert.Equal([new(Demo, decided)], (await there.ReadChangesAsync(known, default)).Value.Records);
        Assert.Equal([new(Demo, decided)], (await ChangesAsync(await OpenedAsync())).Records);
    }

    [ContractFact]
    public async Task Decisions_of_several_processes_at_once_are_all_made()
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        await PublishAsync(backends[0], Wheels.Build("demo", "1.0"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(i => Task.Run(() => backends[i % 2].ChangeRecordAsync(
            WriteSecret, Demo, record => record with { YankedFiles = record.YankedFiles.Add($"demo-{i}.tar.gz", "") }, BeforeCommit.Nothing, default))));

        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.Equal(Publishers, (await ChangesAsync(backends[0])).Records.Single().Value.YankedFiles.Count);
    }

    [ContractFact]
    public async Task A_decision_that_is_refused_changes_nothing()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        var before = await ChangesAsync(backend);

        var refused = await backend.ChangeRecordAsync(WriteSecret, Demo, _ => new Failure(FailureKind.Conflict, "no"), BeforeCommit.Nothing, default);

        Assert.Equal("no", refused.Failure?.Message);
        Assert.Equal(before.Revision, (await ChangesAsync(backend)).Revision);
    }

    [ContractFact]
    public async Task A_deleted_file_is_gone_and_its_name_is_never_published_again()
    {
        var backend = await OpenedAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, wheel);
        var file = Assert.Single(await FilesAsync(backend));

        await DeleteAsync(backend, file);

        Assert.Empty(await FilesAsync(backend));
        Assert.Equal(FailureKind.NotFound, (await backend.OpenAsync(ReadSecret, file, default)).Failure?.Kind);
        Assert.Empty(Litter());
        foreach (var process in new[] { backend, await OpenedAsync() })
        {
            Assert.Equal(FailureKind.Conflict, (await PublishAsync(process, wheel)).Failure?.Kind);
            Assert.Equal(FailureKind.Conflict, (await PublishAsync(process, Wheels.Build("demo", "1.0", payload: 10))).Failure?.Kind);
            Assert.Empty(await FilesAsync(process));
        }
    }

    [ContractFact]
    public async Task A_name_that_is_deleted_and_published_at_once_is_free_for_no_other_bytes()
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        foreach (var round in Enumerable.Range(1, 10))
        {
            var first = Wheels.Build("demo", $"{round}.0");
            await PublishAsync(backends[0], first);
            var file = (await FilesAsync(backends[0])).Single(file => file.Filename.ToString() == first.Filename);

            var deletion = Task.Run(() => DeleteAsync(backends[0], file));
            var publication = await Task.Run(() => PublishAsync(backends[1], Wheels.Build("demo", $"{round}.0", payload: 10)));
            await deletion;

            Assert.Equal(FailureKind.Conflict, publication.Failure?.Kind);
            Assert.DoesNotContain(await FilesAsync(backends[0]), left => left.Filename.ToString() == first.Filename);
        }
    }

    [ContractFact]
    public async Task An_archived_project_takes_no_file()
    {
        var backend = await OpenedAsync();
        await PublishAsync(backend, Wheels.Build("demo", "1.0"));
        await backend.ChangeRecordAsync(WriteSecret, Demo, record => record with { Status = StatusMarker.Archived }, BeforeCommit.Nothing, default);

        Assert.Equal(FailureKind.Forbidden, (await PublishAsync(await OpenedAsync(), Wheels.Build("demo", "2.0"))).Failure?.Kind);
        Assert.Single(await FilesAsync(backend));
    }

    private static ProjectName Demo { get; } = ProjectName.TryParse("demo", out var name) ? name : throw new InvalidOperationException();

    private protected Task<Outcome<ProjectRecord>> DeleteAsync(IRepositoryBackend backend, PackageFile file, Func<Task<Failure?>>? beforeCommit = null) => backend.ChangeRecordAsync(
        WriteSecret,
        file.Filename.Project,
        record => record with { Deleted = record.Deleted.Add(file.Filename.ToString(), new Deletion(DateTimeOffset.UnixEpoch, file.Sha256)) },
        beforeCommit ?? BeforeCommit.Nothing,
        default);

    private static FileDescription Description(Distribution distribution, IEnumerable<KeyValuePair<string, string>> form) => new(
        MetadataFields.OfForm(form), distribution.Filename.EndsWith(".whl", StringComparison.Ordinal) ? distribution.Metadata : default);

    /// <summary>Takes a published file out of the storage, behind the back end's back.</summary>
    protected abstract void Lose(PackageFile file);

    /// <summary>What lies about that is neither published nor asked for.</summary>
    protected abstract IReadOnlyList<string> Litter();

    /// <summary>Removes the test's storage.</summary>
    protected abstract void CleanUp();

    /// <summary>A back end that has looked at its storage.</summary>
    private protected async Task<IRepositoryBackend> OpenedAsync()
    {
        var backend = Open();
        _opened.Add(backend);
        Assert.Null((await backend.SyncAsync(default)).Failure);

        return backend;
    }

    private protected Task<Outcome<Publication>> PublishAsync(
        IRepositoryBackend backend, Distribution distribution, params (string Name, string Value)[] fields) =>
        PublishAsync(backend, distribution, BeforeCommit.Nothing, fields);

    private protected async Task<Outcome<Publication>> PublishAsync(
        IRepositoryBackend backend, Distribution distribution, Func<Task<Failure?>> beforeCommit, params (string Name, string Value)[] fields) =>
        await PublishAsync(backend, distribution, beforeCommit, uploadedAt: null, fields);

    private async Task<Outcome<Publication>> PublishAsync(
        IRepositoryBackend backend, Distribution distribution, Func<Task<Failure?>> beforeCommit, DateTimeOffset? uploadedAt, (string Name, string Value)[] fields, string by = "write secret")
    {
        Assert.True(DistributionFilename.TryParse(distribution.Filename, out var filename));
        await using var staged = (await backend.Staging.StageAsync(new MemoryStream(distribution.Content), long.MaxValue, NoDigests, default)).Value;
        KeyValuePair<string, string>[] form =
        [
            new("name", distribution.Name),
            new("version", distribution.Version),
            new("summary", "A \"demo\"\n— ünïcode"),
            .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ];
        var requiresPython = RequiresPython.TryParse(distribution.RequiresPython, out var specifier) ? specifier : null;

        return await backend.PublishAsync(WriteSecret, new NewFile(filename, requiresPython, [.. form.DistinctBy(field => field.Key)], Description(distribution, form), by, UploadedAt: uploadedAt), staged, beforeCommit, default);
    }

    private protected static async Task<IReadOnlyList<PackageFile>> FilesAsync(IRepositoryBackend backend) =>
        (await ChangesAsync(backend)).Published;

    private protected static async Task<IndexChanges> ChangesAsync(IRepositoryBackend backend) =>
        (await backend.ReadChangesAsync(0, default)).Value;

    private protected async Task<byte[]> BytesAsync(IRepositoryBackend backend, PackageFile file) =>
        await ContentAsync(await backend.OpenAsync(ReadSecret, file, default));

    /// <summary>What a client gets, which needs no secret where it is sent elsewhere.</summary>
    private protected static async Task<byte[]> ContentAsync(Outcome<Download> download)
    {
        if (download.Value is Download.LocalFile local)
        {
            return await File.ReadAllBytesAsync(local.Path);
        }

        using var client = new HttpClient();

        return await client.GetByteArrayAsync(Assert.IsType<Download.Redirect>(download.Value).Location);
    }

    private sealed class BrokenStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < 3 ? ValueTask.FromResult(buffer.Length) : throw new IOException("The line broke.");
    }
}
