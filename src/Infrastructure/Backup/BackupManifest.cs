using System.Text.Json;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backup;

/// <summary>What a whole backup says of itself, in its <c>backup.json</c>.</summary>
/// <param name="Finished">When it was finished.</param>
/// <param name="Packages">Whether it has packages, beside their records.</param>
/// <param name="Files">The number of its files.</param>
/// <param name="Bytes">Their size.</param>
public sealed record BackupManifest(DateTimeOffset Finished, bool Packages, long Files, long Bytes)
{
    /// <summary>Its name in the folder of a backup.</summary>
    internal const string Filename = "backup.json";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>The manifest in a folder, which is a backup then or was restored from one; null if there is none that can be understood.</summary>
    public static BackupManifest? Find(string folder)
    {
        var path = Path.Combine(folder, Filename);
        if (!FileEntry.At(path).IsFile)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(path), Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The document.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);
}
