using System.IO.Hashing;
using System.Text;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The keys of advisory locks, which are numbers: hashes of names. Two names of one hash wait for each other, which does no harm.</summary>
internal static class AdvisoryKey
{
    /// <summary>Of the changes of a project.</summary>
    public static long OfProject(string repository, string project) => Of($"pywharf project {repository} {project}");

    /// <summary>Of the periodic work of a repository.</summary>
    public static long OfMaintenance(string repository) => Of($"pywharf maintenance {repository}");

    private static long Of(string name) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));
}
