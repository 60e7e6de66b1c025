using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace PyWharf.Application.Archives;

/// <summary>The RECORD of a wheel: its files with their digests and sizes (recording installed projects, "The RECORD file").</summary>
internal sealed class WheelRecord
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unlisted;
    private string? _difference;

    private WheelRecord(string distInfo) =>
        _unlisted = [$"{distInfo}/RECORD", $"{distInfo}/RECORD.jws", $"{distInfo}/RECORD.p7s"];

    /// <summary>Reads a RECORD. A malformed row counts as a difference, not as an error: installers only use the paths.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8; no installer reads it then.</exception>
    public static WheelRecord Read(byte[] document, string distInfo)
    {
        var record = new WheelRecord(distInfo);
        try
        {
            foreach (var (index, row) in RecordRows.Read(document).Index())
            {
                record.Add(row, index + 1);
            }
        }
        catch (FormatException malformed)
        {
            record.Note(malformed.Message);
        }

        return record;
    }

    /// <summary>Reads every file of the wheel, and returns the first difference.</summary>
    /// <exception cref="InvalidDataException">A file can't be read.</exception>
    public string? Compare(ZipDirectory zip, DecompressionBudget budget, CancellationToken cancellationToken)
    {
        foreach (var path in _rows.Keys)
        {
            if (zip.Paths.KindOf(path) is null or EntryKind.Folder)
            {
                Note($"RECORD lists {EntryPath.Quote(path)}, which is not in the wheel.");
                break;
            }
        }

        foreach (var entry in zip.Entries)
        {
            var isListed = _rows.TryGetValue(entry.Name, out var row);
            var isCompared = !entry.IsFolder && !_unlisted.Contains(entry.Name);
            using var hash = isCompared && row.Algorithm is { } algorithm ? IncrementalHash.CreateHash(algorithm) : null;
            using var content = zip.Open(entry, budget);
            content.ReadThrough(hash, cancellationToken);

            if (isCompared && Difference(entry, isListed, row, hash) is { } difference)
            {
                Note($"RECORD {difference}.");
            }
        }

        return _difference;
    }

    private void Add(IReadOnlyList<string> row, int number)
    {
        if (row is not [{ Length: > 0 } path, var digest, var size] || !TryParse(digest, size, out var parsed))
        {
            Note($"RECORD is malformed in its row {number}: one has a path, a digest and a size.");
        }
        else if (!_rows.TryAdd(path, parsed))
        {
            Note($"RECORD lists {EntryPath.Quote(path)} more than once.");
        }
    }

    private static string? Difference(ZipEntry entry, bool isListed, Row row, IncrementalHash? hash)
    {
        var name = EntryPath.Quote(entry.Name);

        return !isListed ? $"does not list {name}, which is in the wheel"
            : hash is null ? $"has no digest of {name} that is good enough (sha256 or better)"
            : Base64Url.EncodeToString(hash.GetHashAndReset()) != row.Digest ? $"has another digest of {name} than the file in the wheel"
            : row.Size is { } size && size != entry.Size ? $"has another size of {name} than the file in the wheel"
            : null;
    }

    private static bool TryParse(string digest, string size, out Row row)
    {
        row = default;
        var equals = digest.IndexOf('=', StringComparison.Ordinal);
        if ((digest.Length != 0 && equals <= 0) || (size.Length != 0 && !IsNumber(size)))
        {
            return false;
        }

        var algorithm = equals < 0 ? null : digest[..equals].ToLowerInvariant() switch
        {
            "sha256" => (HashAlgorithmName?)HashAlgorithmName.SHA256,
            "sha384" => HashAlgorithmName.SHA384,
            "sha512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        row = new Row(algorithm, digest[(equals + 1)..].TrimEnd('='), size.Length == 0 ? null : long.Parse(size, CultureInfo.InvariantCulture));

        return true;
    }

    private static bool IsNumber(string text) => text.Length < 19 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private void Note(string difference) => _difference ??= difference;

    /// <param name="Algorithm">Null if there is none, or a weak one.</param>
    /// <param name="Digest">URL-safe Base64 without padding.</param>
    /// <param name="Size">Size in bytes; null if not given.</param>
    private readonly record struct Row(HashAlgorithmName? Algorithm, string Digest, long? Size);
}
