using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>What a wheel has to have within (binary distribution format, "File contents").</summary>
internal static class WheelInspection
{
    /// <exception cref="InvalidDataException">It lacks something, or an entry is damaged.</exception>
    public static InspectedArchive Inspect(
        ZipDirectory zip, DistributionFilename filename, InflatedBudget budget, CancellationToken cancellationToken)
    {
        var distInfo = DistInfo(zip, filename);
        var document = Required(zip, $"{distInfo}/METADATA");
        if (!CoreMetadata.TryParse(document, out var metadata, out var problem))
        {
            throw new InvalidDataException(problem);
        }

        WheelDocuments.CheckWheel(Required(zip, $"{distInfo}/WHEEL"));
        if (zip.ReadDocument($"{distInfo}/entry_points.txt") is { } entryPoints)
        {
            WheelDocuments.CheckEntryPoints(entryPoints);
        }

        LicenseFiles.Check(metadata, $"{distInfo}/licenses/", zip.Paths);
        var record = WheelRecord.Read(Required(zip, $"{distInfo}/RECORD", InflatedBudget.RecordBytes), distInfo);
        var difference = record.Compare(zip, budget, cancellationToken);

        return new InspectedArchive(document, metadata, difference);
    }

    /// <summary>The METADATA that a reader in a hurry finds; null where there is none.</summary>
    public static byte[]? Metadata(ZipDirectory zip, DistributionFilename filename)
    {
        var folder = DistInfos(zip).FirstOrDefault(folder => IsNamedAfter(filename, folder));

        return folder is null ? null : zip.ReadDocument($"{folder}/METADATA");
    }

    private static string DistInfo(ZipDirectory zip, DistributionFilename filename) =>
        DistInfos(zip).Take(2).ToList() switch
        {
            [] => throw new InvalidDataException("The wheel has no .dist-info folder."),
            [var one] when IsNamedAfter(filename, one) => one,
            [var other] => throw new InvalidDataException(
                $"The wheel's folder {EntryPath.Quote(other)} belongs to another release than {filename.Project} {filename.Version}."),
            [var one, var other, ..] => throw new InvalidDataException(
                $"The wheel has more than one .dist-info folder: {EntryPath.Quote(one)} and {EntryPath.Quote(other)}."),
        };

    private static IEnumerable<string> DistInfos(ZipDirectory zip) =>
        zip.Paths.All
            .Select(path => path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? path[..slash] : path)
            .Where(top => top.EndsWith(".dist-info", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal);

    private static bool IsNamedAfter(DistributionFilename filename, string distInfo) =>
        ReleaseName.IsOf(filename, distInfo[..^".dist-info".Length]);

    private static byte[] Required(ZipDirectory zip, string name, int maxBytes = InflatedBudget.DocumentBytes) =>
        zip.ReadDocument(name, maxBytes) ?? throw new InvalidDataException($"The wheel lacks {EntryPath.Quote(name)}.");
}
