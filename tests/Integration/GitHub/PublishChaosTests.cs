using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>
/// Two processes publish while GitHub fails all the time. PYWHARF_SOAK=1 makes it last.
/// </summary>
public sealed class PublishChaosTests : PublishingTests
{
    private const int Patience = 50;

    private static readonly int UploadsEach = Environment.GetEnvironmentVariable("PYWHARF_SOAK") == "1" ? 2_000 : 100;

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(2, 0.3)]
    public async Task What_was_acknowledged_is_published_once_and_whole_whatever_fails(int seed, double rate)
    {
        GitHub.RateLimits.PerHour = int.MaxValue;
        Repository.ReleaseLag = 1;
        Repository.AcceptsDraftsOfPublishedTags = seed % 2 == 0;
        GitHub.Faults.Chaos(seed, rate);
        var acknowledged = new ConcurrentBag<Upload>();
        var refused = new ConcurrentBag<Upload>();

        await Task.WhenAll(Enumerable.Range(0, 2).Select(async number =>
        {
            var process = StartAnother();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, UploadsEach).Select(i => Upload.Of(number, i)),
                new ParallelOptions { MaxDegreeOfParallelism = 3 },
                async (upload, _) => (await IsAcknowledgedAsync(process, upload) ? acknowledged : refused).Add(upload));
        }));
        GitHub.Faults.Stop();

        Assert.All(Repository.Releases.Where(release => release.Draft), draft => Assert.NotNull(DraftNote.TimeOf(draft.Body)));
        Time.Advance(TimeSpan.FromMinutes(61));
        await Process.RepairAsync();
        Assert.DoesNotContain(Repository.Releases, release => release.Draft);

        var published = Repository.Releases.ToDictionary(release => release.Tag, release => Assert.Single(release.Assets));
        Assert.All(published, one => Assert.Equal(("uploaded", one.Key), (one.Value.State, one.Value.Name)));
        Assert.All(acknowledged, upload => Assert.Equal(upload.Content, published[upload.Name].Content));
        Assert.All(refused, upload => Assert.NotEqual(upload.Content, published[upload.Name].Content));
        Assert.Equal(published.Keys.Order(), acknowledged.Select(upload => upload.Name).Distinct().Order());
        Assert.Equal(UploadsEach * 2, acknowledged.Count + refused.Count);
        Assert.Equal(UploadsEach / 10, refused.Count);
    }

    private static async Task<bool> IsAcknowledgedAsync(PublishingProcess process, Upload upload)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await process.PublishAsync(upload.Name, upload.Content);
            if (outcome.Failure?.Kind is null or FailureKind.Conflict)
            {
                return outcome.Failure is null;
            }

            Assert.Equal(FailureKind.Unavailable, outcome.Failure.Kind);
            Assert.True(tries < Patience, outcome.Failure.Message);
        }
    }

    /// <param name="Name">Of ten files both processes publish one with the same bytes, and another one with different ones.</param>
    /// <param name="Content">Tells the uploads apart.</param>
    private sealed record Upload(string Name, byte[] Content)
    {
        public static Upload Of(int process, int i) => (i % 10) switch
        {
            0 => new($"same-{i}.tar.gz", [1, .. BitConverter.GetBytes(i)]),
            1 => new($"other-{i}.tar.gz", [2, (byte)process, .. BitConverter.GetBytes(i)]),
            _ => new($"own{process}-{i}.tar.gz", [3, (byte)process, .. BitConverter.GetBytes(i)]),
        };
    }
}
