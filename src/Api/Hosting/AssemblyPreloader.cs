using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using PyWharf.Infrastructure;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Loads at the start whatever the runtime would load at its first use. It remembers a failed load for the life of the process: what is first
/// needed while no descriptor is left would never work again.
/// </summary>
internal static class AssemblyPreloader
{
    /// <summary>Loaded by the first repository of type <c>github</c>: a server without one does not need it.</summary>
    private const string GitHubClient = "Octokit";

    /// <summary>Every other assembly that this program refers to, by however many steps, the native libraries, and what TLS to upstream trusts.</summary>
    public static void LoadAll(ServerOptions options)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<Assembly>([typeof(AssemblyPreloader).Assembly]);
        while (waiting.TryDequeue(out var assembly))
        {
            foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => reference.Name != GitHubClient && known.Add(reference.FullName)))
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
