using PyWharf.Domain;

namespace PyWharf.Infrastructure.Formats;

/// <summary>An entry of index.toml, with the names that the original program gives its fields.</summary>
/// <param name="Type">The type of storage, such as <c>github</c>.</param>
/// <param name="Distrib">The name of the project.</param>
/// <param name="Package">The file name without its extension.</param>
/// <param name="Ext">The extension without a leading dot: <c>whl</c>, <c>tar.gz</c>.</param>
/// <param name="Sha256">The digest of the file.</param>
/// <param name="Url">The URL of the file; null if <paramref name="PackagePath"/> is given instead.</param>
/// <param name="PackagePath">The path of the file; null if <paramref name="Url"/> is given instead.</param>
/// <param name="Meta">The fields of the upload form, in order.</param>
internal sealed record IndexedPackage(
    string Type,
    string Distrib,
    string Package,
    string Ext,
    Sha256Digest Sha256,
    string? Url,
    string? PackagePath,
    IReadOnlyList<KeyValuePair<string, string>> Meta);
