using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>Names of git objects, as git itself computes them (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).</summary>
internal static class GitObjects
{
    public static string BlobSha(byte[] content) => Sha("blob", content);

    public static string TreeSha(IEnumerable<TreeEntry> entries)
    {
        using var tree = new MemoryStream();
        foreach (var entry in entries)
        {
            // Git leaves out the leading zero of a folder's mode, and the API doesn't.
            tree.Write(Encoding.UTF8.GetBytes($"{entry.Mode.TrimStart('0')} {entry.Path}\0"));
            tree.Write(Convert.FromHexString(entry.Sha));
        }

        return Sha("tree", tree.ToArray());
    }

    public static string CommitSha(string tree, string? parent, DateTimeOffset date, string message)
    {
        var who = $"somebody <somebody@example.org> {date.ToUnixTimeSeconds()} +0000";
        var parents = parent is null ? "" : $"parent {parent}\n";

        return Sha("commit", Encoding.UTF8.GetBytes($"tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}\n"));
    }

    private static string Sha(string kind, byte[] content) =>
#pragma warning disable CA5350 // Git names its objects by SHA-1.
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.UTF8.GetBytes($"{kind} {content.Length}\0"), .. content]));
#pragma warning restore CA5350
}
