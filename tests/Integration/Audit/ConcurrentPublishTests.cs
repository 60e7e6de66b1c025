using System.Security.Cryptography;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

public sealed class ConcurrentPublishTests : IDisposable
{
    private const int Uploads = 200;

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Two_hundred_publishes_at_two_servers_keep_one_chain_with_a_line_for_each()
    {
        using var one = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var other = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writerOfOne = one.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var writerOfOther = other.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheels = Enumerable.Range(0, Uploads).Select(i => Wheels.Build($"demo{i}", "1.0")).ToList();

        await Parallel.ForEachAsync(wheels.Index(), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (wheel, _) =>
            (await (wheel.Index % 2 == 0 ? writerOfOne : writerOfOther).UploadAsync(wheel.Item)).With(200));

        var published = WrittenEvents.Of(_root.Path, "publish");
        Assert.Equal(
            wheels.Select(wheel => $"{wheel.Filename} {wheel.Sha256}").Order(StringComparer.Ordinal),
            published.Select(line => $"{line.Text("file")} {line.Text("sha256")}").Order(StringComparer.Ordinal));
        AssertChained(await File.ReadAllLinesAsync(WrittenEvents.PathIn(_root.Path)));
        (await PyWharfProcess.RunAsync(["verify", "--audit", $"--root={_root.Path}"])).Succeeded();
    }

    // By itself, and not by the code that writes it.
    private static void AssertChained(IReadOnlyList<string> lines)
    {
        foreach (var (line, next) in lines.Zip(lines.Skip(1)))
        {
            Assert.Contains($"\"previous\":\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))}\"", next, StringComparison.Ordinal);
        }
    }
}
