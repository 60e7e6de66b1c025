using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using PyWharf.Infrastructure;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Loads all assemblies and native libraries at the start. The runtime would load them at their first use, and remembers a failed load for the life of
/// the process: a load without a free file descriptor would fail for ever.
/// </summary>
internal static class AssemblyPreloader
{
    /// <summary>Loaded by the first repository of type <c>github</c> or <c>s3</c>, with <c>--database</c>, and by commands that are no server.</summary>
    private static readonly string[] NotNeeded = ["AWSSDK.Core", "AWSSDK.S3", "Npgsql", "Octokit", "Spectre.Console"];

    /// <summary>Loads all other directly and indirectly referenced assemblies, the native libraries, and the trusted certificates for TLS to upstream.</summary>
    public static void LoadAll(ServerOptions options)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<Assembly>([typeof(AssemblyPreloader).Assembly]);
        while (waiting.TryDequeue(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => !NotNeeded.Contains(reference.Name) && known.Add(reference.FullName)))
            {
                waiting.Enqueue(Assembly.Load(reference));
            }
        }

        NativeLibraries.Load();
        if (options.ExtraIndexUrl?.Scheme == Uri.UriSchemeHttps)
        {
            using var trusted = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        }
    }
}
