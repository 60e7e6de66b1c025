using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// What is used of dataindex.json, which <c>devpi-export</c> writes beside the files (devpi-server/importexport.py). Metadata and accounts are not
/// read.
/// </summary>
/// <param name="Indexes">By their names, <c>user/index</c>.</param>
internal sealed partial record DevpiExport(IReadOnlyDictionary<string, DevpiExport.DevpiIndex>? Indexes)
{
    /// <summary>The name of the document.</summary>
    public const string Filename = "dataindex.json";

    /// <exception cref="JsonException">This is no such document.</exception>
    public static async Task<DevpiExport> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync(stream, DevpiExportShapes.Default.DevpiExport, cancellationToken) is { Indexes: not null } export
            ? export
            : throw new JsonException("There are no indexes.");

    /// <summary>An index; a mirror has neither files nor projects.</summary>
    /// <param name="Files">Files of all kinds.</param>
    /// <param name="Projects">What is known of each version of each project.</param>
    internal sealed record DevpiIndex(IReadOnlyList<DevpiFile>? Files, IReadOnlyDictionary<string, IReadOnlyDictionary<string, DevpiVersion>>? Projects);

    /// <summary>A version.</summary>
    /// <param name="Yanked">Of a mirrored version: <c>true</c> or the reason.</param>
    internal sealed record DevpiVersion(JsonElement Yanked);

    /// <summary>A file.</summary>
    /// <param name="Type"><c>releasefile</c>, <c>doczip</c> or <c>toxresult</c>.</param>
    /// <param name="Projectname">The project.</param>
    /// <param name="Relpath">Its path below the folder of the export.</param>
    /// <param name="Entrymapping">Its digests and time.</param>
    /// <param name="Log">What happened to it.</param>
    internal sealed record DevpiFile(string? Type, string? Projectname, string? Relpath, DevpiEntry? Entrymapping, IReadOnlyList<DevpiLogEntry>? Log);

    /// <summary>Digests and time of a file.</summary>
    /// <param name="HashSpec"><c>sha256=…</c>.</param>
    /// <param name="Hashes">By algorithm, in newer versions.</param>
    /// <param name="Md5">In old versions.</param>
    /// <param name="LastModified">As in HTTP.</param>
    internal sealed record DevpiEntry(string? HashSpec, IReadOnlyDictionary<string, string>? Hashes, string? Md5, string? LastModified);

    /// <summary>An event of a file.</summary>
    /// <param name="What"><c>upload</c>, <c>push</c>, <c>overwrite</c>.</param>
    /// <param name="When">Year, month, day, hour, minute, second, in UTC.</param>
    internal sealed record DevpiLogEntry(string? What, JsonElement When);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(DevpiExport))]
    private sealed partial class DevpiExportShapes : JsonSerializerContext;
}
