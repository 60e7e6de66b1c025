using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>A file to be published.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="RequiresPython">From the upload form, else from the file's own metadata; null if neither has it.</param>
/// <param name="Form">
/// The fields of the upload form without content and attestations, the first value of each: what the original program stores beside the file.
/// Its requires_python is <paramref name="RequiresPython"/>, if that is known.
/// </param>
/// <param name="Description">The metadata from the form and the file.</param>
/// <param name="UploadedBy">Who uploads it, as the audit log names them; who uploaded it elsewhere and before, if that is known.</param>
/// <param name="Attestations">The PEP 740 attestations sent with it, a JSON array; null if there are none.</param>
/// <param name="UploadedAt">When it was uploaded, if that was elsewhere and before; null for now.</param>
public sealed record NewFile(
    DistributionFilename Filename,
    RequiresPython? RequiresPython,
    IReadOnlyList<KeyValuePair<string, string>> Form,
    FileDescription Description,
    string UploadedBy,
    string? Attestations = null,
    DateTimeOffset? UploadedAt = null);
