using PyWharf.Application.Archives;
using PyWharf.Domain;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Archives;

public class HostileArchivesTests
{
    private static readonly Dictionary<string, HostileArchive> Hostile =
        HostileWheels.All.Concat(HostileSdists.All).ToDictionary(archive => archive.Case);

    public static TheoryData<string> Cases => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hostile_archive_is_refused_with_one_sentence(string hostile)
    {
        var failure = RefusalOf(Hostile[hostile]);

        Assert.Equal(FailureKind.Invalid, failure.Kind);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.InRange(failure.Message.Length, 15, 300);
    }

    [Fact]
    public void Each_refusal_says_what_is_wrong() =>
        Snapshot.Match(string.Concat(Hostile.Values.Select(hostile => $"{hostile.Case}\n    {RefusalOf(hostile).Message}\n")), "refusals.txt");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_refusal_takes_no_more_memory_than_the_file_is_large(string hostile)
    {
        const int Buffers = 1024 * 1024;
        using var file = new ArchiveFile(Hostile[hostile].Filename, Hostile[hostile].Content);
        _ = file.Inspect(); // once, so that no code is compiled while it counts

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = file.Inspect();
        _ = file.TryReadMetadata();
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(taken, 0, Buffers + (2 * Hostile[hostile].Content.Length));
    }

    private static Failure RefusalOf(HostileArchive hostile)
    {
        using var file = new ArchiveFile(hostile.Filename, hostile.Content);

        return file.Inspect().Failure ?? throw new InvalidOperationException($"Accepted: {hostile.Case}");
    }
}
