using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>A file about to be published.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="RequiresPython">As the upload or the file's own metadata says; null when neither does.</param>
/// <param name="Form">
/// The fields of the upload form but for the content and the attestations, the first value of each: what the original program keeps beside
/// the file. Its requires_python is <paramref name="RequiresPython"/>, where that is known.
/// </param>
/// <param name="Description">What the form and the file say.</param>
/// <param name="Attestations">The PEP 740 attestations sent with it, a JSON array; null when there were none.</param>
public sealed record NewFile(
    DistributionFilename Filename,
    RequiresPython? RequiresPython,
    IReadOnlyList<KeyValuePair<string, string>> Form,
    FileDescription Description,
    string? Attestations = null);
