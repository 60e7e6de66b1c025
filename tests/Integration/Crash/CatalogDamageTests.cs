using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Crash;

/// <summary>
/// A catalog with damage anywhere, as a disk or a power failure leaves it: the next start makes it anew from the storage, and nothing is missing: no file, yank,
/// deletion or status.
/// </summary>
public sealed class CatalogDamageTests(ITestOutputHelper output) : IDisposable
{
    private const int Page = 4096;

    private static readonly int Rounds = Requirement.IsSoak ? 200 : 4;

    // The same damage in each run, so that what is found can be looked at.
    private readonly Random _random = new(2003);
    private readonly TempFolder _root = new();

    [Fact]
    public async Task Damage_anywhere_loses_nothing()
    {
        var projects = new ChangedProjects(_root.Path, count: 6, new Random(16));
        var damages = new Dictionary<string, int>();
        var renewals = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
            using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            renewals += server.Log.Contains("is made anew", StringComparison.Ordinal) ? 1 : 0;
            await projects.AssertWholeAsync(server);
            await projects.ChangeAsync(client, changes: round == 0 ? 12 : 1);

            // What was killed leaves its log; what was stopped in order leaves the database only.
            if (round % 2 == 0)
            {
                await server.Kill9Async();
            }
            else
            {
                Assert.Equal(0, await server.TerminateAsync());
            }

            var damage = Damage();
            damages[damage] = damages.GetValueOrDefault(damage) + 1;
        }

        using var last = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        await projects.AssertWholeAsync(last);
        using var reader = last.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await projects.AssertDownloadsAsync(reader);
        SoakTable.Write(
            output, "catalog damaged at a random place before a start", $"{Rounds} damages ({string.Join(", ", damages.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))})",
            $"lost 0; noticed and made anew {renewals} times; acknowledged: {projects.Acknowledged}");
    }

    public void Dispose() => _root.Dispose();

    /// <summary>Damages one of the catalog's files. Says how.</summary>
    private string Damage()
    {
        var files = Directory.GetFiles(_root.At("index", "local"), "catalog.db*").Where(path => !path.EndsWith(".damaged", StringComparison.Ordinal) && new FileInfo(path).Length > 0).Order(StringComparer.Ordinal).ToList();
        using var file = new FileStream(files[_random.Next(files.Count)], FileMode.Open, FileAccess.ReadWrite);
        switch (_random.Next(4))
        {
            case 0:
                file.Position = _random.NextInt64(file.Length);
                var flipped = (byte)(file.ReadByte() ^ (1 << _random.Next(8)));
                file.Position--;
                file.WriteByte(flipped);
                return "bits flipped";
            case 1:
                file.Position = _random.NextInt64(file.Length / Page + 1) * Page;
                file.Write(new byte[Math.Min(Page, file.Length - file.Position)]);
                return "pages zeroed";
            case 2:
                var bytes = new byte[_random.Next(1, 512)];
                _random.NextBytes(bytes);
                file.Position = _random.NextInt64(file.Length);
                file.Write(bytes);
                return "stretches overwritten";
            default:
                file.SetLength(_random.NextInt64(file.Length));
                return "files cut off";
        }
    }
}
