using System.Collections.Frozen;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// The fields of an upload but for the file itself, in the order they came (https://docs.pypi.org/api/upload/). Fields that nobody knows
/// are kept and ignored, as that API asks.
/// </summary>
/// <param name="Filename">What the client calls the file; not to be trusted.</param>
/// <param name="Fields">Name and value of each field; names may repeat.</param>
public sealed record UploadForm(string? Filename, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    // Of a field, as it is said to people: those that the API has are shorter.
    private const int MaxQuotedNameLength = 50;

    // Every other known field may stand several times: classifiers, requires_dist, project_urls …
    private static readonly FrozenSet<string> SingleValued = FrozenSet.Create(
        StringComparer.Ordinal,
        ":action", "attestations", "author", "author_email", "blake2_256_digest", "comment", "content", "description",
        "description_content_type", "download_url", "filetype", "home_page", "license", "license_expression", "maintainer",
        "maintainer_email", "md5_digest", "metadata_version", "name", "protocol_version", "pyversion", "requires_python", "sha256_digest",
        "summary", "version");

    /// <summary>The fields that hold a digest of the file, in hexadecimal digits; any number of them may be sent.</summary>
    public static IReadOnlyList<string> DigestFields { get; } = ["md5_digest", "sha256_digest", "blake2_256_digest"];

    /// <summary>The value of a field that has one; null where it is absent or empty, which clients use alike (uv, pdm).</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (field, value) in Fields)
            {
                if (field == name)
                {
                    // setuptools wrote UNKNOWN where it knew nothing.
                    return value is "" or "UNKNOWN" ? null : value;
                }
            }

            return null;
        }
    }

    /// <summary>By what a digest was made, as its field and its length tell; null where it is none.</summary>
    public static DigestAlgorithm? AlgorithmOf(string field, string? digest) => !IsHex(digest) ? null : (field, digest?.Length) switch
    {
        ("md5_digest", 32) => DigestAlgorithm.Md5,
        ("sha256_digest", 64) => DigestAlgorithm.Sha256,
        ("blake2_256_digest", 64) => DigestAlgorithm.Blake2b256,

        // «setup.py upload» of Python 3.9 to 3.11 sends BLAKE2b as long as it comes (https://github.com/pypa/distutils/issues/25).
        ("blake2_256_digest", 128) => DigestAlgorithm.Blake2b512,
        _ => null,
    };

    /// <summary>The first field that stands more than once and must not; null when there is none.</summary>
    public string? DuplicateField => Fields
        .Where(sent => SingleValued.Contains(sent.Key))
        .CountBy(sent => sent.Key)
        .FirstOrDefault(count => count.Value > 1)
        .Key;

    /// <summary>What is longer than anybody needs and would trouble who reads it, a sentence; null where nothing is.</summary>
    public string? LengthProblem
    {
        get
        {
            // Attestations have a bound of their own.
            var bounded = Fields.Where(sent => sent.Key != "attestations").ToList();
            if (bounded.Find(sent => sent.Value.Length > MetadataLimits.MaxLengthOf(sent.Key)) is { Key: { } name })
            {
                var which = name.Length <= MaxQuotedNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':') ? $"The field {name}" : "A field of the form";

                return $"{which} is longer than {MetadataLimits.MaxLengthOf(name)} characters: shorten it.";
            }

            return bounded.Where(sent => !SingleValued.Contains(sent.Key)).Sum(sent => (long)sent.Value.Length) > MetadataLimits.MaxRepeatedCharacters
                ? $"The fields that may have several values are longer than {MetadataLimits.MaxRepeatedCharacters} characters in all: shorten them."
                : null;
        }
    }

    /// <summary>
    /// What is kept of it beside the file, where the original program reads it too, which keeps the first value of each field. Attestations
    /// have a place of their own.
    /// </summary>
    /// <param name="requiresPython">
    /// What became of <c>requires_python</c>, so that an index that is made anew says the same; null leaves what was sent.
    /// </param>
    public IReadOnlyList<KeyValuePair<string, string>> StoredFields(RequiresPython? requiresPython)
    {
        var first = Fields.DistinctBy(sent => sent.Key).Where(sent => sent.Key != "attestations");

        return requiresPython is null
            ? [.. first]
            : [.. first.Where(sent => sent.Key != "requires_python"), new("requires_python", requiresPython.ToString())];
    }

    private static bool IsHex(string? text) => text is not null && text.All(char.IsAsciiHexDigit);
}
