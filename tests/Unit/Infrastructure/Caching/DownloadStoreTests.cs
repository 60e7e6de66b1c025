using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;
using PyWharf.Unit.Infrastructure.GitHub;

namespace PyWharf.Unit.Infrastructure.Caching;

public sealed class DownloadStoreTests : IDisposable
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);

    private readonly string _root = Directory.CreateTempSubdirectory("pywharf-").FullName;
    private readonly LogLines _log = new();

    public DownloadStoreTests() => Directory.CreateDirectory(Folder);

    private string Folder => Path.Combine(_root, "assets");

    private string Place => Path.Combine(Folder, Digest.ToString());

    private static Sha256Digest Digest => Sha256Digest.FromBytes(SHA256.HashData(Content));

    [Fact]
    public async Task A_file_that_was_kept_is_there_after_a_restart_too()
    {
        var before = NewProcess();
        await KeepAsync(before);

        Assert.Equal(Content, await ReadAsync(before));
        Assert.Equal(Content, await ReadAsync(NewProcess()));
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("altered")]
    [InlineData("altered, with the time of before")]
    [InlineData("replaced, with the time of before")]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("empty")]
    [InlineData("a link to it")]
    [InlineData("a link to nothing")]
    [InlineData("a pipe")]
    [InlineData("a folder")]
    public async Task Nothing_else_under_its_name_is_given_out_and_it_can_be_kept_again(string damage)
    {
        var running = NewProcess();
        await KeepAsync(running);
        Assert.Equal(Content, await ReadAsync(running));

        // What was only altered, and looks as before, shows at the next start.
        var later = damage == "altered, with the time of before" ? NewProcess() : running;
        await DamageAsync(damage);

        Assert.Null(await ReadAsync(later));
        Assert.Equal(FileEntryKind.None, FileEntry.At(Place).Kind);
        Assert.Single(_log);

        await KeepAsync(later);
        await DamageAsync(damage);
        Assert.Null(await ReadAsync(NewProcess()));
        Assert.Equal(2, _log.Count);

        await KeepAsync(later);
        Assert.Equal(Content, await ReadAsync(later));
    }

    [Fact]
    public async Task Whoever_asks_while_a_file_is_read_through_shares_that()
    {
        await KeepAsync(NewProcess());
        var process = NewProcess();

        var bodies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => ReadAsync(process))));

        Assert.All(bodies, body => Assert.Equal(Content, body));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private DownloadStore NewProcess() => new(Folder, 1_000_000, TimeProvider.System, _log);

    private async Task KeepAsync(DownloadStore kept)
    {
        var staging = new DiskStaging(Path.Combine(_root, "staging"), TimeProvider.System, _log);
        staging.Open();
        await using var staged = (await staging.StageAsync(new MemoryStream(Content), long.MaxValue, new HashSet<DigestAlgorithm>(), default)).Value;
        await kept.KeepAsync(Digest, (DiskStagedFile)staged);
    }

    private static async Task<byte[]?> ReadAsync(DownloadStore kept)
    {
        await using var body = await kept.OpenAsync(Digest, default);
        if (body is null)
        {
            return null;
        }

        using var read = new MemoryStream();
        await body.CopyToAsync(read);

        return read.ToArray();
    }

    private async Task DamageAsync(string damage)
    {
        byte[] altered = [.. Content[..^1], (byte)~Content[^1]];
        var time = File.GetLastWriteTimeUtc(Place);
        switch (damage)
        {
            case "altered":
                await File.WriteAllBytesAsync(Place, altered);
                break;
            case "altered, with the time of before":
                await File.WriteAllBytesAsync(Place, altered);
                File.SetLastWriteTimeUtc(Place, time);
                break;
            case "replaced, with the time of before":
                await File.WriteAllBytesAsync(Place + ".new", altered);
                File.SetLastWriteTimeUtc(Place + ".new", time);
                DurableFile.Replace(Place + ".new", Place);
                break;
            case "cut":
                await File.WriteAllBytesAsync(Place, Content[..^1]);
                break;
            case "longer":
                await File.AppendAllTextAsync(Place, "x");
                break;
            case "empty":
                await File.WriteAllBytesAsync(Place, []);
                break;
            case "a link to it":
                DurableFile.Replace(Place, Path.Combine(_root, "elsewhere"));
                File.CreateSymbolicLink(Place, Path.Combine(_root, "elsewhere"));
                break;
            case "a link to nothing":
                File.Delete(Place);
                File.CreateSymbolicLink(Place, "/nowhere");
                break;
            case "a pipe":
                File.Delete(Place);
                using (var mkfifo = Process.Start("mkfifo", Place))
                {
                    await mkfifo.WaitForExitAsync();
                }

                break;
            default:
                File.Delete(Place);
                Directory.CreateDirectory(Path.Combine(Place, "inside"));
                break;
        }
    }
}
