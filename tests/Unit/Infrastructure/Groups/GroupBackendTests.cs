using System.Reflection;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.Groups;

namespace PyWharf.Unit.Infrastructure.Groups;

public sealed class GroupBackendTests : IDisposable
{
    private readonly Member _first = Member.Create("first");
    private readonly Member _second = Member.Create("second");
    private readonly GroupBackend _group;

    public GroupBackendTests() => _group = new GroupBackend(
        new RepositorySecrets(SecretVerifier.None, SecretVerifier.None),
        [new GroupMember(_first.Repository, new Secret("of the first")), new GroupMember(_second.Repository, new Secret("of the second"))]);

    public void Dispose()
    {
        _group.Dispose();
        _first.Repository.Dispose();
        _second.Repository.Dispose();
    }

    [Fact]
    public async Task While_the_index_of_a_member_is_not_read_the_group_has_none()
    {
        await _second.PublishAsync("demo", "9.0");

        Assert.Equal(FailureKind.Unavailable, (await _group.ReadChangesAsync(0, default)).Failure?.Kind);

        await _first.PublishAsync("demo", "1.0");
        Assert.Equal("1.0", Assert.Single((await _group.ReadChangesAsync(0, default)).Value.Projects).Value?.Latest?.Filename.Version?.ToString());
    }

    [Fact]
    public async Task A_change_of_one_project_is_the_only_one_that_is_read()
    {
        await _first.PublishAsync("one", "1.0");
        await _second.PublishAsync("one", "1.0");
        await _second.PublishAsync("two", "1.0");
        var before = (await _group.ReadChangesAsync(0, default)).Value;
        Assert.Equal(2, before.Projects.Count);
        var mark = _group.ChangeMark;

        await _second.PublishAsync("two", "2.0");

        Assert.NotEqual(mark, _group.ChangeMark);
        var change = (await _group.ReadChangesAsync(before.Revision, default)).Value;
        var (name, project) = Assert.Single(change.Projects);
        Assert.Equal("two", name.ToString());
        Assert.Same(_second.Repository.Index?.Find(name), project);
        Assert.False(change.IsWhole);
        Assert.True(change.Revision > before.Revision);
    }

    [Fact]
    public async Task Several_changes_are_found_by_comparing()
    {
        await _first.PublishAsync("one", "1.0");
        await _second.PublishAsync("two", "1.0");
        var before = (await _group.ReadChangesAsync(0, default)).Value;

        await _second.PublishAsync("one", "9.0");
        await _second.PublishAsync("two", "2.0");
        await _second.PublishAsync("three", "1.0");

        var change = (await _group.ReadChangesAsync(before.Revision, default)).Value;
        Assert.Equal(["three", "two"], change.Projects.Select(project => project.Key.ToString()).Order());
    }

    [Fact]
    public async Task A_file_is_opened_by_its_owner_with_the_owners_secret()
    {
        await _first.PublishAsync("one", "1.0");
        await _second.PublishAsync("one", "9.0");
        await _second.PublishAsync("two", "1.0");
        await _group.ReadChangesAsync(0, default);

        await _group.OpenAsync(new Secret("of the reader"), Member.File("one", "1.0"), default);
        await _group.OpenAsync(new Secret("of the reader"), Member.File("two", "1.0"), default);
        var other = await _group.OpenAsync(new Secret("of the reader"), Member.File("one", "9.0"), default);

        Assert.Equal(["of the first"], _first.Secrets);
        Assert.Equal(["of the second"], _second.Secrets);
        Assert.Equal(FailureKind.NotFound, other.Failure?.Kind);
    }

    [Fact]
    public void Members_stay_open_until_the_group_is_closed()
    {
        var member = Member.Create("third");
        var over = new GroupBackend(new RepositorySecrets(SecretVerifier.None, SecretVerifier.None), [new GroupMember(member.Repository, new Secret(""))]);

        member.Repository.Dispose();
        Assert.False(member.IsClosed);

        over.Dispose();
        Assert.True(member.IsClosed);
    }

    /// <summary>A storage whose projects the test adds, and which notes the secrets that files are opened with.</summary>
    public class Member : DispatchProxy
    {
        private readonly List<PackageFile> _files = [];

        internal Repository Repository { get; private set; } = null!; // by Create

        internal List<string> Secrets { get; } = [];

        internal bool IsClosed { get; private set; }

        internal static Member Create(string name)
        {
            Assert.True(RepositoryName.TryParse(name, out var parsed, out _));
            var backend = DispatchProxy.Create<IRepositoryBackend, Member>();
            var member = (Member)(object)backend;
            member.Repository = new Repository(
                parsed, new RepositorySettings(1, TimeSpan.FromMinutes(1), PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false), backend);

            return member;
        }

        internal static PackageFile File(string project, string version)
        {
            Assert.True(DistributionFilename.TryParse($"{project}-{version}-py3-none-any.whl", out var filename));

            return new PackageFile { Filename = filename, Size = 1, Sha256 = default, UploadedAt = DateTimeOffset.UnixEpoch, Location = "" };
        }

        internal async Task PublishAsync(string project, string version)
        {
            _files.Add(File(project, version));
            Assert.Null(await Repository.RefreshAsync(default));
        }

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod?.Name)
            {
                case "get_ChangeMark":
                    return (long)_files.Count;
                case nameof(IRepositoryBackend.ReadChangesAsync):
                    var after = (int)(long)args![0]!;
                    return Task.FromResult<Outcome<IndexChanges>>(new IndexChanges(_files.Count, DateTimeOffset.UnixEpoch, [.. _files.Skip(after)], [], []));
                case nameof(IRepositoryBackend.OpenAsync):
                    Secrets.Add(((Secret)args![0]!).Reveal());
                    return new ValueTask<Outcome<Download>>(new Download.LocalFile("/"));
                case nameof(IDisposable.Dispose):
                    IsClosed = true;
                    return null;
                default:
                    throw new InvalidOperationException(targetMethod?.Name);
            }
        }
    }
}
