using System.Collections.Frozen;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// The fields of an upload, without the file itself, in the order sent (https://docs.pypi.org/api/upload/). Unknown fields are kept and ignored,
/// as that API requires.
/// </summary>
/// <param name="Filename">The file name from the client, unchecked.</param>
/// <param name="Fields">Name and value of each field; names may repeat.</param>
public sealed record UploadForm(string? Filename, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    // Longer field names are not quoted in messages; known names are shorter.
    private const int MaxQuotedNameLength = 50;

    // All other known fields may repeat: classifiers, requires_dist, project_urls …
    private static readonly FrozenSet<string> SingleValued = FrozenSet.Create(
        StringComparer.Ordinal,
        ":action", "attestations", "author", "author_email", "blake2_256_digest", "comment", "content", "description",
        "description_content_type", "download_url", "filetype", "home_page", "license", "license_expression", "maintainer",
        "maintainer_email", "md5_digest", "metadata_version", "name", "protocol_version", "pyversion", "requires_python", "sha256_digest",
        "summary", "version");

    /// <summary>The fields that hold a digest of the file, in hexadecimal digits; any number of them may be sent.</summary>
    public static IReadOnlyList<string> DigestFields { get; } = ["md5_digest", "sha256_digest", "blake2_256_digest"];

    /// <summary>The first value of a field; null if it is absent or empty, which clients use interchangeably (uv, pdm).</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (field, value) in Fields)
            {
                if (field == name)
                {
                    // setuptools writes UNKNOWN for missing values.
                    return value is "" or "UNKNOWN" ? null : value;
                }
            }

            return null;
        }
    }

    /// <summary>The algorithm of a digest, by its field and length; null if it is malformed.</summary>
    public static DigestAlgorithm? AlgorithmOf(string field, string? digest) => !IsHex(digest) ? null : (field, digest?.Length) switch
    {
        ("md5_digest", 32) => DigestAlgorithm.Md5,
        ("sha256_digest", 64) => DigestAlgorithm.Sha256,
        ("blake2_256_digest", 64) => DigestAlgorithm.Blake2b256,

        // «setup.py upload» of Python 3.9 to 3.11 sends the 64-byte digest here (https://github.com/pypa/distutils/issues/25).
        ("blake2_256_digest", 128) => DigestAlgorithm.Blake2b512,
        _ => null,
    };

    /// <summary>The first single-valued field that is sent more than once; null if there is none.</summary>
    public string? DuplicateField => Fields
        .Where(sent => SingleValued.Contains(sent.Key))
        .CountBy(sent => sent.Key)
        .FirstOrDefault(count => count.Value > 1)
        .Key;

    /// <summary>A sentence about fields that exceed the <see cref="MetadataLimits"/>; null if none does.</summary>
    public string? LengthProblem
    {
        get
        {
            // Attestations have a limit of their own.
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
    /// The fields to store beside the file, where the original program reads them too: the first value of each, without the attestations, which are
    /// stored separately.
    /// </summary>
    /// <param name="requiresPython">
    /// Replaces the field <c>requires_python</c>, so that a rebuilt index has the same value; null keeps the field as sent.
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
