using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Archives;

/// <summary>Sound archives with some bytes changed: each is accepted with sound metadata, or refused with a sentence.</summary>
public class MutatedArchivesTests
{
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

        Prop.ForAll(Mutation.Some(sound.Length).ToArbitrary(), mutations =>
        {
            file.Write(pack(mutations.Aggregate(sound, (bytes, mutation) => mutation.Apply(bytes))));
            var inspected = file.Inspect();
            _ = file.TryReadMetadata();

            return inspected.Failure is { } failure ? failure.Message.EndsWith('.') : isSound(inspected.Value.Document.ToArray());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tries));
    }
}
