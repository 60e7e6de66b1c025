using System.Runtime.CompilerServices;

namespace PyWharf.Support;

/// <summary>A fact about a large index that the original server wrote; it lies beside the project, not in it. Skipped where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealIndexFactAttribute : FactAttribute
{
    private static readonly string? Found = Find();

    public RealIndexFactAttribute()
    {
        Skip = Found is null ? "There is no shared/pywharf-data/index.toml beside the project." : null;
    }

    public static byte[] Read() => File.ReadAllBytes(Found!); // not null: the fact would have been skipped

    private static string? Find([CallerFilePath] string source = "")
    {
        for (var folder = Path.GetDirectoryName(source); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, "shared", "pywharf-data", "index.toml");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
