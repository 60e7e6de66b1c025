using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>Inspects wheels (binary distribution format, "File contents").</summary>
internal static class WheelInspection
{
    /// <exception cref="InvalidDataException">It is incomplete, or an entry is damaged.</exception>
    public static InspectedArchive Inspect(
        ZipDirectory zip, DistributionFilename filename, DecompressionBudget budget, CancellationToken cancellationToken)
    {
        var irregularities = new Irregularities();
        var distInfo = DistInfo(zip, filename, irregularities);
        var document = Required(zip, $"{distInfo}/METADATA");
        if (!CoreMetadata.TryParse(document, out var metadata, out var problem))
        {
            throw new InvalidDataException(problem);
        }

        WheelDocuments.CheckWheel(Required(zip, $"{distInfo}/WHEEL"), irregularities);
        if (zip.ReadDocument($"{distInfo}/entry_points.txt") is { } entryPoints)
        {
            WheelDocuments.CheckEntryPoints(entryPoints);
        }

        if (metadata.RequiresPython?.Trim().Length > RequiresPython.MaxLength)
        {
            irregularities.Note($"Requires-Python in METADATA is longer than {RequiresPython.MaxLength} characters: it is left out of the index.");
        }

        LicenseFiles.Check(metadata, $"{distInfo}/licenses/", zip.Paths, irregularities);
        var record = WheelRecord.Read(Required(zip, $"{distInfo}/RECORD", DecompressionBudget.RecordBytes), distInfo);
        var difference = record.Compare(zip, budget, cancellationToken);

        return new InspectedArchive(document, metadata, difference, irregularities.First);
    }

    /// <summary>METADATA without further checks; null if there is none.</summary>
    public static byte[]? Metadata(ZipDirectory zip, DistributionFilename filename)
    {
        var folders = DistInfos(zip).ToList();
        var folder = folders.Find(folder => IsOfRelease(filename, folder)) ?? folders.Find(folder => IsOfProject(filename, folder));

        return folder is null ? null : zip.ReadDocument($"{folder}/METADATA");
    }

    private static string DistInfo(ZipDirectory zip, DistributionFilename filename, Irregularities irregularities)
    {
        var folder = DistInfos(zip).Take(2).ToList() switch
        {
            [] => throw new InvalidDataException("The wheel has no .dist-info folder."),
            [var only] when IsOfProject(filename, only) => only,
            [var other] => throw new InvalidDataException($"The wheel's folder {EntryPath.Quote(other)} belongs to another project than {filename.Project}."),
            [var one, var other, ..] => throw new InvalidDataException(
                $"The wheel has more than one .dist-info folder: {EntryPath.Quote(one)} and {EntryPath.Quote(other)}."),
        };
        if (!IsOfRelease(filename, folder))
        {
            // Installers use METADATA.
            irregularities.Note($"The wheel's folder {EntryPath.Quote(folder)} is named after another version than {filename.Version}.");
        }

        return folder;
    }

    private static IEnumerable<string> DistInfos(ZipDirectory zip) =>
        zip.Paths.All
            .Select(path => path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? path[..slash] : path)
            .Where(top => top.EndsWith(".dist-info", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    private static bool IsOfRelease(DistributionFilename filename, string distInfo) => ReleaseName.IsOf(filename, Release(distInfo));

    private static bool IsOfProject(DistributionFilename filename, string distInfo) => ReleaseName.IsOfProject(filename.Project, Release(distInfo));

    private static string Release(string distInfo) => distInfo[..^".dist-info".Length];

    private static byte[] Required(ZipDirectory zip, string name, int maxBytes = DecompressionBudget.DocumentBytes) =>
        zip.ReadDocument(name, maxBytes) ?? throw new InvalidDataException($"The wheel lacks {EntryPath.Quote(name)}.");
}
