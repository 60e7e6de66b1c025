using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace PyWharf.Infrastructure;

/// <summary>The native libraries behind the framework and SQLite, which are loaded when they are first called.</summary>
public static class NativeLibraries
{
    /// <summary>Calls each of them once: compression, cryptography, the database.</summary>
    public static void Load()
    {
        using (var zip = new DeflateStream(Stream.Null, CompressionLevel.Fastest))
        {
            zip.WriteByte(0);
        }

        RandomNumberGenerator.Fill(SHA256.HashData([]));
        RuntimeHelpers.RunClassConstructor(typeof(SqliteConnection).TypeHandle);
    }
}
