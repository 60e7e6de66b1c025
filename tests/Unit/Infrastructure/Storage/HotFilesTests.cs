using System.Security.Cryptography;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class HotFilesTests : IDisposable
{
    private const int Largest = 64 * 1024;

    private readonly string _path = Path.GetTempFileName();
    private readonly HotFiles _files = new();

    public void Dispose()
    {
        _files.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task A_file_is_read_once()
    {
        var digest = Write([1, 2, 3]);

        var read = await _files.ReadAsync(_path, digest, default);
        File.WriteAllBytes(_path, [4, 5, 6]);

        Assert.Equal([1, 2, 3], read?.ToArray());
        Assert.Equal(read, await _files.ReadAsync(_path, digest, default));
        Assert.Equal(read, _files.Find(digest));
    }

    [Fact]
    public async Task Other_bytes_than_they_should_be_are_never_kept()
    {
        var digest = Write([1, 2, 3]);
        File.WriteAllBytes(_path, [4, 5, 6]);

        Assert.Null(await _files.ReadAsync(_path, digest, default));
        Assert.Null(_files.Find(digest));
        File.WriteAllBytes(_path, [1, 2, 3]);
        Assert.NotNull(await _files.ReadAsync(_path, digest, default));
    }

    [Theory]
    [InlineData(Largest, true)]
    [InlineData(Largest + 1, false)]
    public async Task Large_files_are_not_kept(int length, bool isKept)
    {
        Assert.Equal(isKept, await _files.ReadAsync(_path, Write(new byte[length]), default) is not null);
    }

    [Fact]
    public async Task However_many_there_are_those_in_memory_have_a_bound()
    {
        var digests = new List<Sha256Digest>();
        for (var number = 0; number < 1_000; number++)
        {
            var content = new byte[Largest];
            BitConverter.TryWriteBytes(content, number);
            digests.Add(Write(content));
            Assert.NotNull(await _files.ReadAsync(_path, digests[^1], default));
        }

        Write([0]);
        var kept = 0;
        foreach (var digest in digests)
        {
            kept += await _files.ReadAsync(_path, digest, default) is null ? 0 : 1;
        }

        Assert.InRange(kept, 1, 32 * 1024 * 1024 / Largest);
    }

    [Fact]
    public async Task A_file_that_is_gone_throws_as_it_does_when_it_is_opened()
    {
        var digest = Write([1]);
        File.Delete(_path);

        await Assert.ThrowsAsync<FileNotFoundException>(() => _files.ReadAsync(_path, digest, default).AsTask());
    }

    private Sha256Digest Write(byte[] content)
    {
        File.WriteAllBytes(_path, content);

        return Sha256Digest.FromBytes(SHA256.HashData(content));
    }
}
