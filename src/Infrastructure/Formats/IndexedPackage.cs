using PyWharf.Domain;

namespace PyWharf.Infrastructure.Formats;

/// <summary>An entry of index.toml, in the words of the original program.</summary>
/// <param name="Type">The kind of storage: <c>github</c>.</param>
/// <param name="Distrib">The project.</param>
/// <param name="Package">The name of the file without its extension.</param>
/// <param name="Ext">The extension without a dot at its beginning: <c>whl</c>, <c>tar.gz</c>.</param>
/// <param name="Sha256">The digest of the file.</param>
/// <param name="Url">Where the file is; null where <paramref name="PackagePath"/> says so.</param>
/// <param name="PackagePath">The path of the file; null where <paramref name="Url"/> says where it is.</param>
/// <param name="Meta">The form of the upload, in order.</param>
internal sealed record IndexedPackage(
    string Type,
    string Distrib,
    string Package,
    string Ext,
    Sha256Digest Sha256,
    string? Url,
    string? PackagePath,
    IReadOnlyList<KeyValuePair<string, string>> Meta);
