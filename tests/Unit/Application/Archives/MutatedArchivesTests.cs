using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Archives;

/// <summary>Sound archives with some bytes changed: each is accepted with sound metadata, or refused with a sentence.</summary>
public class MutatedArchivesTests
{
    private enum Kind
    {
        Flip,
        Set,
        Insert,
        Delete,
        Truncate,
        Splice,
    }

    [Fact]
    public void A_mutated_wheel_is_refused_or_means_the_same()
    {
        var wheel = Wheels.Build("foo", "1.0", payload: 300, random: true);

        Try(wheel.Filename, wheel.Content, bytes => bytes, 8_000, document => document.SequenceEqual(wheel.Metadata));
    }

    [Fact]
    public void A_mutated_wheel_with_descriptors_and_zip64_is_refused_or_means_the_same()
    {
        var wheel = Wheels.Build("foo", "1.0");
        var parts = RawZip.PartsOf(wheel.Content).Select((part, at) => part with { Descriptor = at % 2 == 0 ? 24 : 0, Method = at % 2 == 0 ? 8 : 0 });

        Try(wheel.Filename, new RawZip([.. parts]) { Zip64 = true }.Build(), bytes => bytes, 6_000, document => document.SequenceEqual(wheel.Metadata));
    }

    [Fact]
    public void A_mutated_gzip_is_refused_or_means_the_same()
    {
        var sdist = Sdists.Build("foo", "1.0", payload: 300, random: true);

        Try(sdist.Filename, sdist.Content, bytes => bytes, 4_000, document => document.SequenceEqual(sdist.Metadata));
    }

    [Fact]
    public void A_mutated_tar_is_refused_or_read()
    {
        var parts = RawTar.PartsOf(Sdists.Build("foo", "1.0").Content);
        var tar = RawTar.Build(
            [TarPart.Global("comment=x"), .. parts, TarPart.Pax("path=foo-1.0/é"), new TarPart("x", "y"), TarPart.LongName("foo-1.0/z"), new TarPart("z")]);

        Try("foo-1.0.tar.gz", tar, bytes => RawTar.Gzip(bytes), 8_000, document => CoreMetadata.TryParse(document, out _, out _));
    }

    private static void Try(string filename, byte[] sound, Func<byte[], byte[]> pack, int tries, Func<byte[], bool> isSound)
    {
        using var file = new ArchiveFile(filename, pack(sound));
        Assert.Null(file.Inspect().Failure?.Message);

        var mutation =
            from kind in Gen.Elements(Enum.GetValues<Kind>())
            from at in Gen.Choose(0, sound.Length - 1)
            from other in Gen.Choose(0, sound.Length - 1)
            from length in Gen.Choose(1, 20)
            from value in Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFF, (byte)'/', (byte)'.', (byte)'P', (byte)'0', (byte)'9')
            select (kind, at, other, length, value);

        var mutations = Gen.Choose(1, 3).SelectMany(count => mutation.ArrayOf(count));

        Prop.ForAll(mutations.ToArbitrary(), mutations =>
        {
            file.Write(pack(mutations.Aggregate(sound, Mutate)));
            var inspected = file.Inspect();
            _ = file.TryReadMetadata();

            return inspected.Failure is { } failure ? failure.Message.EndsWith('.') : isSound(inspected.Value.Document.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tries));
    }

    private static byte[] Mutate(byte[] bytes, (Kind Kind, int At, int Other, int Length, byte Value) mutation)
    {
        var (kind, at, other, length, value) = mutation;
        if (bytes.Length == 0)
        {
            return [value];
        }

        at %= bytes.Length;
        other %= bytes.Length;
        length = Math.Min(length, bytes.Length - Math.Max(at, other));

        return kind switch
        {
            Kind.Flip => [.. bytes[..at], (byte)(bytes[at] ^ (1 << (length % 8))), .. bytes[(at + 1)..]],
            Kind.Set => [.. bytes[..at], value, .. bytes[(at + 1)..]],
            Kind.Insert => [.. bytes[..at], .. Enumerable.Repeat(value, length), .. bytes[at..]],
            Kind.Delete => [.. bytes[..at], .. bytes[(at + length)..]],
            Kind.Truncate => bytes[..at],
            _ => [.. bytes[..at], .. bytes[other..(other + length)], .. bytes[(at + length)..]],
        };
    }
}
