using System.Text.Json;

namespace PyWharf.Unit.Domain;

/// <summary>What the reference implementation, pypa/packaging, says of many inputs (Vectors/packaging-rules.json).</summary>
internal sealed record PackagingRules(
    PackagingRules.VersionCase[] Cases,
    string[][] AscendingGroups,
    PackagingRules.NameCase[] Names,
    PackagingRules.FileCase[] Wheels,
    PackagingRules.FileCase[] Sdists)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static PackagingRules Load() =>
        JsonSerializer.Deserialize<PackagingRules>(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "packaging-rules.json")), SnakeCase)
        ?? throw new InvalidDataException("The vectors are null.");

    internal sealed record VersionCase(
        string Input,
        bool Valid,
        string? Normalized,
        string? Canonical,
        string? Public,
        string? Base,
        string? Local,
        JsonElement Epoch,
        string[]? Release,
        bool IsPrerelease,
        bool IsPostrelease,
        bool IsDevrelease);

    internal sealed record NameCase(string Input, bool Valid, string? Normalized);

    internal sealed record FileCase(string Input, bool Valid, string? Name, string? Version, JsonElement[]? Build, string[]? Tags);
}
