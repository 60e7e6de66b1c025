using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Application.Resolution;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;
using PyWharf.Unit.Application.Rendering;
using PyWharf.Unit.Application.Repositories;
using PyWharf.Unit.Infrastructure.Upstream;

namespace PyWharf.Unit.Application.Resolution;

/// <summary><c>min_age</c> with a set clock, on pages that are kept.</summary>
public sealed class CooldownTests : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-cooldown-").FullName;
    private FakeUpstream _upstream = null!; // by InitializeAsync
    private Repository _repository = null!; // by InitializeAsync
    private UpstreamGate _gate = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        Assert.True(RepositoryName.TryParse("local", out var name, out _));
        var index = new UpstreamIndex(
            _upstream.Index,
            new UpstreamOptions { Fresh = TimeSpan.FromMinutes(10) },
            _time,
            NullLogger.Instance,
            pages: new UpstreamPageStore(_folder, _upstream.Index, _time, NullLogger.Instance));
        var source = new UpstreamSource(name, index, new UpstreamRules { MinAge = TimeSpan.FromDays(3) }, isShared: false);
        _repository = new Repository(
            name,
            new RepositorySettings(1, TimeSpan.FromMinutes(1), PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false),
            DispatchProxy.Create<IRepositoryBackend, RepositoryCatchUpTests.Storage>(),
            source);
        var repositories = DispatchProxy.Create<IRepositories, RepositoryCatchUpTests.One>();
        ((RepositoryCatchUpTests.One)(object)repositories).Set = new RepositorySet([_repository], new Dictionary<RepositoryName, Secret>());
        _gate = new UpstreamGate(repositories, _time);
    }

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose()
    {
        _repository.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_kept_page_changes_when_its_next_file_is_old_enough_and_nobody_is_asked_for_that()
    {
        Says(
            $$"""{"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{},"size":1,"upload-time":"2020-01-01T00:00:00Z"}""",
            $$"""{"filename":"foo-2.0.tar.gz","url":"foo-2.0.tar.gz","hashes":{},"size":1,"upload-time":"{{Ago(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(2))}}"}""",
            $$"""{"filename":"foo-3.0.tar.gz","url":"foo-3.0.tar.gz","hashes":{},"size":1,"upload-time":"{{Ago(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(5))}}"}""");

        var first = await PageAsync();
        Assert.Equal(["1.0"], Versions(first));
        Assert.Same(first, await PageAsync());
        Assert.Equal(FailureKind.Forbidden, (await _gate.OpenAsync(_repository, Foo, "foo-2.0.tar.gz", at: null, default)).Failure?.Kind);

        _time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.Same(first, await PageAsync());

        _time.Advance(TimeSpan.FromTicks(1));
        var second = await PageAsync();
        Assert.Equal(["1.0", "2.0"], Versions(second));
        Assert.NotEqual(first.Json.Identity.ETag, second.Json.Identity.ETag);
        Assert.Null((await _gate.OpenAsync(_repository, Foo, "foo-2.0.tar.gz", at: null, default)).Failure);

        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(["1.0", "2.0", "3.0"], Versions(await PageAsync()));
        Assert.Single(_upstream.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""
                ,"upload-time":"nonsense"
                """)]
    public async Task A_file_without_an_upload_time_is_as_old_as_its_first_sight(string uploadTime)
    {
        Says($$"""{"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{},"size":1{{uploadTime}}}""");
        Assert.Empty(Versions(await PageAsync()));

        _time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromTicks(1));
        Assert.Empty(Versions(await PageAsync()));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["1.0"], Versions(await PageAsync()));
    }

    [Fact]
    public async Task A_file_that_is_replaced_upstream_is_too_young_again()
    {
        Says($$"""{"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{"sha256":"{{Pages.Hex('a')}}"},"size":1}""");
        await PageAsync();
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(["1.0"], Versions(await PageAsync()));

        Says($$"""{"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{"sha256":"{{Pages.Hex('b')}}"},"size":1}""");
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Empty(Versions(await PageAsync()));
    }

    [Fact]
    public async Task An_upload_time_in_the_future_is_too_young()
    {
        Says("""{"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{},"size":1,"upload-time":"9999-12-31T23:59:59Z"}""");

        Assert.Empty(Versions(await PageAsync()));
    }

    private static ProjectName Foo { get; } = ProjectName.TryParse("foo", out var project) ? project : throw new ArgumentException("foo");

    private static IEnumerable<string> Versions(RenderedPage page) =>
        Pages.Text(page.Json).Split("\"filename\":\"foo-").Skip(1).Select(rest => rest.Split(".tar.gz")[0]);

    private string Ago(TimeSpan age) => PageFile.FormatUploadTime(_time.GetUtcNow() - age);

    private void Says(params string[] files) => _upstream.SaysJson($$"""{"meta":{"api-version":"1.4"},"name":"foo","files":[{{string.Join(',', files)}}]}""");

    private async Task<RenderedPage> PageAsync() => (await _gate.GetPageAsync(_repository, Foo, at: null, default)).Value;
}
