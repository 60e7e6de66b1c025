namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>A newer version of the program changed the database in a way that this one can't follow.</summary>
internal sealed class NewerSchemaException(int usableFrom)
    : IOException($"a newer version of pywharf changed it (it needs schema {usableFrom}, this one knows {PostgreSqlSchema.Version}); update this server");
