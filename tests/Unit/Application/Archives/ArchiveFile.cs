using PyWharf.Application.Archives;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Archives;

/// <summary>A file on the disk, as an upload stages it; gone after the test.</summary>
internal sealed class ArchiveFile : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly DistributionFilename _filename;

    public ArchiveFile(string filename, byte[] content)
    {
        _filename = DistributionFilename.TryParse(filename, out var parsed) ? parsed : throw new FormatException(filename);
        Write(content);
    }

    public void Write(byte[] content) => File.WriteAllBytes(_path, content);

    public Outcome<InspectedArchive> Inspect(CancellationToken cancellationToken = default) =>
        DistributionArchive.Inspect(_path, _filename, cancellationToken);

    public byte[]? TryReadMetadata() => DistributionArchive.TryReadMetadata(_path, _filename);

    public void Dispose() => File.Delete(_path);
}
