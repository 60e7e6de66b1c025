using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace PyWharf.Unit.Support;

/// <summary>
/// Compares text with <c>Approved/&lt;name&gt;.txt</c> beside the test. With the environment variable PYWHARF_APPROVE=1 it writes the
/// file instead; what changed is then for the reviewer of the difference to approve.
/// </summary>
internal static class Snapshot
{
    public static void Match(string actual, string name, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test) ?? "", "Approved", name + ".txt");
        if (Environment.GetEnvironmentVariable("PYWHARF_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
            File.WriteAllText(path, actual);
            return;
        }

        if (!File.Exists(path))
        {
            throw new XunitException($"Approved/{name}.txt is missing; PYWHARF_APPROVE=1 writes it.");
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }
}
