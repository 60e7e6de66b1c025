using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Metadata of wheels that others published, read from the ends of the files.</summary>
public sealed class RemoteMetadataTests : IAsyncLifetime
{
    private const int FirstRange = 256 * 1024;

    private static readonly Distribution Wheel = Wheels.Build("demo", "1.0");

    private ServedRepository Pypi { get; set; } = null!; // by InitializeAsync

    private FakeGitHub GitHub => Pypi.GitHub;

    public async Task InitializeAsync() => Pypi = await ServedRepository.CreateAsync();

    public async Task DisposeAsync() => await Pypi.DisposeAsync();

    [Fact]
    public async Task A_wheel_smaller_than_the_first_range_is_one_request_to_the_storage()
    {
        var server = await ServeAsync(Wheel);

        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, Wheel);
        var asked = Assert.Single(GitHub.Log.To(Origin.Storage));
        Assert.Equal((206, $"bytes=0-{Wheel.Content.Length - 1}"), (asked.Status, asked.Headers["Range"]));
        Assert.False(asked.HasAuthorization);
    }

    [Fact]
    public async Task Of_a_large_wheel_only_the_end_is_fetched()
    {
        var large = Wheels.Build("demo", "1.0", payload: 3_000_000, random: true);
        var server = await ServeAsync(large);

        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, large);
        Assert.Single(GitHub.Log.To(Origin.Storage));
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(1_000_000, 2)]
    [InlineData(3_000_000, 3)]
    public async Task A_wheel_with_its_metadata_at_its_beginning_takes_as_many_ranges_as_it_must(int payload, int requests)
    {
        var wheel = MetadataFirst(payload);
        var server = await ServeAsync(wheel);

        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, wheel);
        Assert.Equal(requests, GitHub.Log.To(Origin.Storage).Count);
    }

    [Fact]
    public async Task A_wheel_whose_metadata_is_too_far_from_its_end_is_offered_without_and_not_tried_again()
    {
        var wheel = MetadataFirst(17_000_000);
        var server = await ServeAsync(wheel);

        Assert.Null(await server.DescribeAsync());
        var asked = GitHub.Log.To(Origin.Storage).Count;
        Pypi.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await server.DescribeAsync());

        Assert.Null((await server.FileAsync(wheel)).MetadataSha256);
        Assert.Equal((3, 3), (asked, GitHub.Log.To(Origin.Storage).Count));
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Staging));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task A_storage_that_sends_all_when_asked_for_a_part_is_understood(int payload)
    {
        var wheel = payload == 0 ? Wheel : MetadataFirst(payload);
        GitHub.StorageIgnoresRanges = true;
        var server = await ServeAsync(wheel);

        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, wheel);
        Assert.Equal(200, Assert.Single(GitHub.Log.To(Origin.Storage)).Status);
    }

    [Fact]
    public async Task Where_GitHub_sends_assets_itself_small_wheels_are_read_whole()
    {
        GitHub.ServesAssetsDirectly = true;
        var server = await ServeAsync(Wheel);

        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, Wheel);
        Assert.Empty(GitHub.Log.To(Origin.Storage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes */0")]
    [InlineData("bytes */5000")]
    public async Task A_range_that_can_not_be_had_is_no_metadata(string contentRange)
    {
        var server = await ServeAsync(Wheel);
        GitHub.Faults.Next(request => request.Origin == Origin.Storage, new Fault.Answer(416, "<Error/>", "application/xml")
        {
            Headers = contentRange.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Content-Range"] = contentRange },
        });

        Assert.Null(await server.DescribeAsync());

        Assert.Null((await server.FileAsync(Wheel)).MetadataSha256);
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Staging));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("zeros")]
    [InlineData("nothing")]
    [InlineData("cut")]
    [InlineData("no METADATA")]
    public async Task Bytes_that_are_no_wheel_have_no_metadata_and_hold_up_no_other(string what)
    {
        var bytes = what switch
        {
            "text" => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("no zip ", 1000))),
            "zeros" => new byte[FirstRange * 2],
            "nothing" => [],
            "cut" => Wheel.Content[..^10],
            _ => Wheels.Zip([("demo/__init__.py", [])]),
        };
        var (broken, good) = (Wheel with { Content = bytes }, Wheels.Build("good", "1.0"));
        var server = await ServeAsync(broken, good);

        Assert.Null(await server.DescribeAsync());

        Assert.Null((await server.FileAsync(broken)).MetadataSha256);
        await AssertDescribedAsync(server, good);
        var asked = GitHub.Log.To(Origin.Storage).Count;
        Pypi.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await server.DescribeAsync());
        Assert.Equal(asked, GitHub.Log.To(Origin.Storage).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wheel_that_is_gone_holds_up_no_other(bool storageOnly)
    {
        var good = Wheels.Build("good", "1.0");
        var server = await ServeAsync(Wheel, good);
        // The first round finds out how long they are.
        await server.Backend.DescribeAsync(default);
        if (storageOnly)
        {
            GitHub.Faults.Next(IsOf(Wheel), new Fault.Answer(404, "<Error/>", "application/xml"), 1000);
        }
        else
        {
            lock (GitHub.Gate)
            {
                Pypi.Repository.ReleaseList.RemoveAll(release => release.Tag == Wheel.Filename);
            }
        }

        Assert.Null(await server.DescribeAsync());

        Assert.Null((await server.FileAsync(Wheel)).MetadataSha256);
        await AssertDescribedAsync(server, good);
    }

    [Fact]
    public async Task A_wheel_that_was_hidden_is_tried_again_after_an_hour_and_not_before()
    {
        var server = await ServeAsync(Wheel);
        await server.Backend.DescribeAsync(default);
        GitHub.Faults.Next(request => request.Path.Contains("/releases/assets/", StringComparison.Ordinal), Fault.Answer.Json(404, "Not Found"));
        Assert.Null(await server.DescribeAsync());

        Pypi.Time.Advance(TimeSpan.FromMinutes(58));
        Assert.Null(await server.DescribeAsync());
        Assert.Equal(1, GitHub.Log.Count("GET", "/releases/assets/"));
        Pypi.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, Wheel);
    }

    [Fact]
    public async Task What_was_read_before_trouble_came_is_kept()
    {
        var good = Wheels.Build("a-good", "1.0");
        var server = await ServeAsync(Wheel, good);
        await server.Backend.DescribeAsync(default);
        GitHub.Faults.Next(IsOf(Wheel), new Fault.Answer(503), 1000);

        Assert.Equal(FailureKind.Unavailable, (await server.DescribeAsync())?.Kind);

        await AssertDescribedAsync(server, good);
        Assert.Null((await server.FileAsync(Wheel)).MetadataSha256);
    }

    [Fact]
    public async Task Trouble_of_the_storage_is_told_and_passes()
    {
        var server = await ServeAsync(Wheel);
        GitHub.Faults.Next(request => request.Origin == Origin.Storage, new Fault.Answer(503), 1000);

        Assert.Equal(FailureKind.Unavailable, (await server.DescribeAsync())?.Kind);
        GitHub.Faults.Stop();
        Pypi.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await server.DescribeAsync());

        await AssertDescribedAsync(server, Wheel);
    }

    [Fact]
    public async Task Metadata_that_is_lost_here_is_read_again_when_it_is_asked_for()
    {
        var server = await ServeAsync(Wheel);
        await server.DescribeAsync();
        Directory.Delete(server.Layout.Metadata, recursive: true);
        GitHub.Log.Clear();

        var document = Assert.IsType<Download.LocalFile>((await server.OpenMetadataAsync(await server.FileAsync(Wheel))).Value);

        Assert.Equal(Wheel.Metadata, await File.ReadAllBytesAsync(document.Path));
        Assert.Single(GitHub.Log.To(Origin.Storage));
    }

    [Fact]
    public async Task Metadata_of_other_bytes_than_were_promised_is_never_sent()
    {
        var server = await ServeAsync(Wheel);
        await server.DescribeAsync();
        var file = await server.FileAsync(Wheel);
        Directory.Delete(server.Layout.Metadata, recursive: true);
        lock (GitHub.Gate)
        {
            Pypi.Repository.ReleaseList[0].Assets[0].Content = Wheels.Build("demo", "1.0", requiresPython: ">=3.99").Content;
        }

        Assert.Equal(FailureKind.BadGateway, (await server.OpenMetadataAsync(file)).Failure?.Kind);
    }

    [Fact]
    public async Task Metadata_of_a_wheel_that_is_gone_is_not_found()
    {
        var server = await ServeAsync(Wheel);
        await server.DescribeAsync();
        var file = await server.FileAsync(Wheel);
        Directory.Delete(server.Layout.Metadata, recursive: true);
        lock (GitHub.Gate)
        {
            Pypi.Repository.ReleaseList.Clear();
        }

        Assert.Equal(FailureKind.NotFound, (await server.OpenMetadataAsync(file)).Failure?.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_of_the_storage_that_is_cut_is_told_as_trouble(bool background)
    {
        var wheel = Wheels.Build("demo", "1.0", payload: 200_000, random: true);
        var server = await ServeAsync(wheel);
        if (!background)
        {
            await server.DescribeAsync();
            Directory.Delete(server.Layout.Metadata, recursive: true);
        }

        GitHub.Faults.Next(request => request.Origin == Origin.Storage, new Fault.Cut(), 1000);

        var failure = background ? await server.DescribeAsync() : (await server.OpenMetadataAsync(await server.FileAsync(wheel))).Failure;

        Assert.Equal(FailureKind.Unavailable, failure?.Kind);
        GitHub.Faults.Stop();
        Pypi.Time.Advance(TimeSpan.FromMinutes(2));
        await server.DescribeAsync();
        Assert.NotNull((await server.FileAsync(wheel)).MetadataSha256);
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Staging));
    }

    private static Func<LoggedRequest, bool> IsOf(Distribution file) => request =>
        request.Origin == Origin.Storage && request.Query.Contains(file.Filename, StringComparison.Ordinal);

    private static Distribution MetadataFirst(int payload)
    {
        var wheel = Wheels.Build("demo", "1.0", payload: payload, random: true);
        var files = Wheels.Unzip(wheel.Content).ToList();

        return wheel with { Content = Wheels.Zip(files.OrderByDescending(file => file.Path.EndsWith("/METADATA", StringComparison.Ordinal))) };
    }

    private async Task<ServingProcess> ServeAsync(params Distribution[] published)
    {
        foreach (var file in published)
        {
            Pypi.Publish(file);
        }

        var server = await Pypi.ServerAsync();
        await server.IndexAsync();

        return server;
    }

    private static async Task AssertDescribedAsync(ServingProcess server, Distribution wheel)
    {
        var file = await server.FileAsync(wheel);
        Assert.Equal(wheel.MetadataSha256, file.MetadataSha256?.ToString());
        Assert.Equal(wheel.Content.Length, file.Size);
        var document = Assert.IsType<Download.LocalFile>((await server.OpenMetadataAsync(file)).Value);
        Assert.Equal(wheel.Metadata, await File.ReadAllBytesAsync(document.Path));
        Assert.Empty(Directory.EnumerateFiles(server.Layout.Staging));
    }
}
