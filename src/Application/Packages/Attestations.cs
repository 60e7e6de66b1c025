using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// Validates the attestations of an upload (PEP 740): their format, and that they are about this file. Signatures are not verified, which would
/// need the trust root of Sigstore.
/// </summary>
public static class Attestations
{
    // Real attestations have about ten kilobytes each, and there are two kinds.
    private const int MaxLength = 1024 * 1024;

    private static readonly string[] PredicateTypes = ["https://slsa.dev/provenance/v1", "https://docs.pypi.org/attestations/publish/v1"];

    private static readonly JsonSerializerOptions Strict = new()
    {
        // Readers disagree on duplicate properties.
        AllowDuplicateProperties = false,
        MaxDepth = 32,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the field <c>attestations</c> of the form.</summary>
    /// <param name="field">A JSON array of attestation objects; null if the form has none.</param>
    /// <param name="filename">The name of the uploaded file.</param>
    /// <param name="sha256">The digest of that file.</param>
    /// <returns>The field as sent; null if it has no attestations.</returns>
    public static Outcome<string?> Read(string? field, DistributionFilename filename, Sha256Digest sha256)
    {
        if (field is null)
        {
            return default(string);
        }

        if (field.Length > MaxLength)
        {
            return Invalid($"it is longer than {MaxLength} characters");
        }

        try
        {
            var attestations = JsonSerializer.Deserialize<IReadOnlyList<Attestation?>>(Encoding.UTF8.GetBytes(field), Strict) ?? throw new JsonException();
            foreach (var (number, attestation) in attestations.Index())
            {
                if (Problem(attestation, filename, sha256) is { } problem)
                {
                    return Invalid($"of number {number + 1}, {problem}");
                }
            }

            return attestations.Count == 0 ? default : field;
        }
        catch (JsonException exception)
        {
            return Invalid($"it is no JSON array of attestation objects; look at {Place(exception)}");
        }
    }

    private static string? Problem(Attestation? attestation, DistributionFilename filename, Sha256Digest sha256)
    {
        if (attestation is not { Version: 1 })
        {
            return "the version is not 1";
        }

        if (attestation.VerificationMaterial is not { Certificate.Length: > 0, TransparencyEntries: { Count: > 0 } entries }
            || entries.Any(entry => entry.ValueKind != JsonValueKind.Object))
        {
            return "the verification_material is not a certificate and one transparency entry or more";
        }

        if (attestation.Envelope.Signature.Length == 0)
        {
            return "the signature is empty";
        }

        try
        {
            return Problem(JsonSerializer.Deserialize<Statement>(attestation.Envelope.Statement, Strict), filename, sha256);
        }
        catch (JsonException exception)
        {
            return $"the statement is no in-toto statement; look at {Place(exception)}";
        }
    }

    private static string? Problem(Statement? statement, DistributionFilename filename, Sha256Digest sha256)
    {
        if (statement is not { Type: "https://in-toto.io/Statement/v1" })
        {
            return "the statement is no in-toto statement of version 1";
        }

        if (!PredicateTypes.Contains(statement.PredicateType))
        {
            return $"the predicateType is none of {string.Join(" and ", PredicateTypes)}";
        }

        if (statement.Subject is not [{ } subject])
        {
            return "the statement has not exactly one subject";
        }

        if (!DistributionFilename.TryParse(subject.Name, out var name) || !IsSame(name, filename))
        {
            return $"the subject is another file than {filename}";
        }

        return Sha256Digest.TryParse(subject.Digest.GetValueOrDefault("sha256"), out var digest) && digest.Equals(sha256)
            ? null
            : "the subject has not the sha256 of the file received";
    }

    /// <summary>Whether both names stand for the same file, in any spelling. For sdists the format must be the same too.</summary>
    private static bool IsSame(DistributionFilename one, DistributionFilename other) =>
        one.Extension == other.Extension && one.Identity.Equals(other.Identity);

    // A JSON path such as $[0].envelope; property names from the client can make it long.
    private static string Place(JsonException exception) => exception.Path is { Length: > 0 and < 100 } path ? path : "its beginning";

    private static Failure Invalid(string problem) =>
        new(FailureKind.Invalid, $"The field attestations is not as PEP 740 has it: {problem}. Attest the file anew, or upload it without.");

    private sealed record Attestation(int Version, VerificationMaterial VerificationMaterial, Envelope Envelope);

    private sealed record VerificationMaterial(byte[] Certificate, IReadOnlyList<JsonElement> TransparencyEntries);

    private sealed record Envelope(byte[] Statement, byte[] Signature);

    private sealed record Statement(
        [property: JsonPropertyName("_type")] string Type,
        IReadOnlyList<Subject?> Subject,
        [property: JsonPropertyName("predicateType")] string PredicateType);

    private sealed record Subject(string Name, IReadOnlyDictionary<string, string?> Digest);
}
